# shellcheck shell=sh
# Finds a JDK 25 and puts it into JAVA_HOME. Sourced by mvnw and by the launcher; POSIX sh.
# Reads "release" files instead of starting Java, so that it costs milliseconds. Prints nothing where it finds one;
# else it lists what it saw and how to get one, and ends with 1.

tidegate_jdk_wanted=25

# The major version of a JDK's home, or nothing where there is none.
tidegate_jdk_major() {
  [ -f "$1/release" ] || return 0
  while IFS= read -r tidegate_jdk_line || [ -n "$tidegate_jdk_line" ]; do
    case $tidegate_jdk_line in
    JAVA_VERSION=*)
      tidegate_jdk_line=${tidegate_jdk_line#JAVA_VERSION=}
      tidegate_jdk_line=${tidegate_jdk_line#\"}
      tidegate_jdk_line=${tidegate_jdk_line#1.}
      printf '%s' "${tidegate_jdk_line%%[!0-9]*}"
      return 0
      ;;
    esac
  done <"$1/release"
}

# Takes a folder where it is a whole JDK of the wanted version (a runtime without a compiler can't build), else remembers
# what it is for the message at the end.
tidegate_jdk_take() {
  [ -n "$2" ] && [ -d "$2" ] || return 1
  tidegate_jdk_major=$(tidegate_jdk_major "$2")
  if [ "$tidegate_jdk_major" = "$tidegate_jdk_wanted" ] && [ -x "$2/bin/javac" ]; then
    JAVA_HOME=$2
    export JAVA_HOME
    return 0
  fi
  tidegate_jdk_what="version ${tidegate_jdk_major:-unknown}"
  [ "$tidegate_jdk_major" != "$tidegate_jdk_wanted" ] || tidegate_jdk_what="version $tidegate_jdk_wanted without javac"
  tidegate_jdk_seen="$tidegate_jdk_seen
  $2 ($1): $tidegate_jdk_what"
  return 1
}

# The home of the java on PATH, through its links (java -> /etc/alternatives/java -> .../bin/java).
tidegate_jdk_of_path() {
  tidegate_jdk_program=$(command -v java 2>/dev/null) || return 0
  tidegate_jdk_hops=0
  while [ -L "$tidegate_jdk_program" ] && [ "$tidegate_jdk_hops" -lt 20 ]; do
    tidegate_jdk_link=$(readlink "$tidegate_jdk_program") || return 0
    case $tidegate_jdk_link in
    /*) tidegate_jdk_program=$tidegate_jdk_link ;;
    *) tidegate_jdk_program=${tidegate_jdk_program%/*}/$tidegate_jdk_link ;;
    esac
    tidegate_jdk_hops=$((tidegate_jdk_hops + 1))
  done
  tidegate_jdk_program=${tidegate_jdk_program%/*}
  printf '%s' "${tidegate_jdk_program%/bin}"
}

tidegate_jdk_find() {
  tidegate_jdk_take TIDEGATE_JAVA_HOME "${TIDEGATE_JAVA_HOME-}" && return 0
  tidegate_jdk_take JAVA_HOME "${JAVA_HOME-}" && return 0
  tidegate_jdk_take PATH "$(tidegate_jdk_of_path)" && return 0
  if [ -x /usr/libexec/java_home ]; then
    tidegate_jdk_take java_home "$(/usr/libexec/java_home -v "$tidegate_jdk_wanted" 2>/dev/null)" && return 0
  fi
  for tidegate_jdk_folder in \
    /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java/* /opt/*/*jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-/nowhere}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk* /usr/local/opt/openjdk* /home/linuxbrew/.linuxbrew/opt/openjdk* \
    "${SDKMAN_DIR:-${HOME:-/nowhere}/.sdkman}"/candidates/java/* "${HOME:-/nowhere}"/.jdks/* \
    "${ASDF_DATA_DIR:-${HOME:-/nowhere}/.asdf}"/installs/java/* \
    "${MISE_DATA_DIR:-${HOME:-/nowhere}/.local/share/mise}"/installs/java/*; do
    tidegate_jdk_take found "$tidegate_jdk_folder" && return 0
    tidegate_jdk_take found "$tidegate_jdk_folder/libexec/openjdk.jdk/Contents/Home" && return 0
  done
  return 1
}

tidegate_jdk_seen=
case $- in
*f*) # mvnw switches file name patterns off; we need them
  set +f
  tidegate_jdk_globs=off
  ;;
*) tidegate_jdk_globs=on ;;
esac
if tidegate_jdk_find; then
  if [ -n "${TIDEGATE_JAVA_HOME-}" ] && [ "$JAVA_HOME" != "$TIDEGATE_JAVA_HOME" ]; then
    echo "TIDEGATE_JAVA_HOME=$TIDEGATE_JAVA_HOME is no JDK $tidegate_jdk_wanted; using $JAVA_HOME" >&2
  fi
else
  {
    echo "Tidegate needs a JDK $tidegate_jdk_wanted (with javac), and found none."
    if [ -n "$tidegate_jdk_seen" ]; then
      echo "It saw:$tidegate_jdk_seen"
    else
      echo "It saw no Java at all."
    fi
    echo "Install one, or point TIDEGATE_JAVA_HOME to one:"
    case $(uname) in
    Darwin) echo "  brew install openjdk@$tidegate_jdk_wanted" ;;
    *)
      echo "  Debian, Ubuntu:  apt-get install openjdk-$tidegate_jdk_wanted-jdk-headless   (or temurin-$tidegate_jdk_wanted-jdk from Adoptium)"
      echo "  Fedora, RHEL:    dnf install java-$tidegate_jdk_wanted-openjdk-devel"
      ;;
    esac
    echo "  SDKMAN:          sdk install java $tidegate_jdk_wanted-tem"
    echo "  by hand:         https://adoptium.net/temurin/releases/?version=$tidegate_jdk_wanted"
  } >&2
  exit 1
fi
[ "$tidegate_jdk_globs" = on ] || set -f
