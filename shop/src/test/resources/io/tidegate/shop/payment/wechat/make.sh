#!/bin/sh
# Made once, with OpenSSL 3 alone (and Python's cryptography for AES-256-GCM, which the command line
# of OpenSSL doesn't have): what is verified, decrypted and compared with here no Java has made.
set -eu
cd "$(dirname "$0")"
sign() { openssl dgst -sha256 -sign "$1" | openssl base64 -A; }
ours=../alipay/ours.pem
theirs=../alipay/theirs.pem
order=$(cat ../alipay/order.txt)
key=0123456789abcdef0123456789abcdef

# WeChat Pay's platform certificate, for the older way to name its key.
[ -f platform.crt ] || openssl req -new -x509 -key $theirs -subj "/CN=Tenpay.com sign" -days 36500 \
  -set_serial 0x5157F09EFDC096DE15EBE81A47057A7200000001 -out platform.crt

inside="{\"mchid\":\"1900000001\",\"appid\":\"wx0000000000000001\",\"out_trade_no\":\"${order}p1\",\"transaction_id\":\"4200002026112500000000000001\",\"trade_type\":\"NATIVE\",\"trade_state\":\"SUCCESS\",\"trade_state_desc\":\"支付成功\",\"bank_type\":\"OTHERS\",\"attach\":\"\",\"success_time\":\"2026-11-25T11:59:12+08:00\",\"payer\":{\"openid\":\"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o\"},\"amount\":{\"total\":1990,\"payer_total\":1990,\"currency\":\"CNY\",\"payer_currency\":\"CNY\"}}"
cipher=$(INSIDE="$inside" KEY=$key python3 - <<'P'
import base64, os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
print(base64.b64encode(AESGCM(os.environ["KEY"].encode()).encrypt(b"fdasflkja484", os.environ["INSIDE"].encode(), b"transaction")).decode(), end="")
P
)
printf '{"id":"EV-2026112511591234567","create_time":"2026-11-25T11:59:13+08:00","resource_type":"encrypt-resource","event_type":"TRANSACTION.SUCCESS","summary":"支付成功","resource":{"original_type":"transaction","algorithm":"AEAD_AES_256_GCM","ciphertext":"%s","associated_data":"transaction","nonce":"fdasflkja484"}}' "$cipher" > notice.json
{ printf '1795579153\nEdc5JcVxLqOmGWqvJXLhCfBPnVvnKYMK\n'; cat notice.json; printf '\n'; } | sign $theirs > notice.sign

printf %s "$inside" > query.json
{ printf '1795579200\nanswer-nonce\n'; cat query.json; printf '\n'; } | sign $theirs > query.sign

# Our own request of a refund's question, at 2026-11-25T04:00:00Z with the nonce 593BEC0C930BF1AFEB40B4A08C8FB242.
printf 'GET\n/v3/refund/domestic/refunds/%sr2\n1795579200\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n' "$order" | sign $ours > request.sign
# Parameters for its script.
printf 'wx0000000000000001\n1795579200\n593BEC0C930BF1AFEB40B4A08C8FB242\nprepay_id=wx201410272009395522657a690389285100\n' | sign $ours > parameters.sign
