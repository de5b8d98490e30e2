#!/bin/sh
# Made once, with OpenSSL 3 alone: what is verified and compared with here was signed by nobody's
# Java. Run it again only on purpose; the tests name what is in it.
set -eu
cd "$(dirname "$0")"
[ -f ours.pem ] || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out ours.pem
[ -f theirs.pem ] || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out theirs.pem
openssl pkey -in ours.pem -pubout -out ours.pub
openssl pkey -in theirs.pem -pubout -out theirs.pub

sign() { openssl dgst -sha256 -sign "$1" | openssl base64 -A; }
url() { od -An -tx1 -v | tr -d '\n' | sed 's/ /%/g'; }

# A notice: sorted, joined, without sign and sign_type, as Alipay's documents say.
notice='app_id=2021000000000001&auth_app_id=2021000000000001&body=茶杯 & 茶壶&buyer_id=2088102122524333&charset=utf-8&gmt_create=2026-11-25 11:58:40&gmt_payment=2026-11-25 11:59:12&notify_id=ac05099524730693a8b330c5ecf72da9786&notify_time=2026-11-25 11:59:13&notify_type=trade_status_sync&out_trade_no=NUMBERp1&seller_id=2088000000000001&subject=Tea + cups=2&total_amount=19.90&trade_no=2026112522001446840592341234&trade_status=TRADE_SUCCESS&version=1.0'
order=$(cat order.txt)
text=$(printf %s "$notice" | sed "s/NUMBER/$order/")
{
  printf 'app_id=2021000000000001&auth_app_id=2021000000000001&body='; printf %s '茶杯 & 茶壶' | url
  printf '&buyer_id=2088102122524333&charset=utf-8&gmt_create=2026-11-25+11%%3A58%%3A40&gmt_payment=2026-11-25+11%%3A59%%3A12'
  printf '&notify_id=ac05099524730693a8b330c5ecf72da9786&notify_time=2026-11-25+11%%3A59%%3A13&notify_type=trade_status_sync'
  printf '&out_trade_no=%sp1&seller_id=2088000000000001&subject=' "$order"; printf %s 'Tea + cups=2' | url
  printf '&total_amount=19.90&trade_no=2026112522001446840592341234&trade_status=TRADE_SUCCESS&version=1.0&sign_type=RSA2&sign='
  printf %s "$text" | sign theirs.pem | url
} > notice.form

# An answer: the member as it stands in the body, to the byte.
node="{\"code\":\"10000\",\"msg\":\"Success\",\"buyer_logon_id\":\"159****5620\",\"out_trade_no\":\"${order}p1\",\"send_pay_date\":\"2026-11-25 11:59:12\",\"total_amount\":\"19.90\",\"trade_no\":\"2026112522001446840592341234\",\"trade_status\":\"TRADE_SUCCESS\",\"store_name\":\"证\\\\/\\\"大{五}道口\\\"店\"}"
printf '{"alipay_trade_query_response": %s ,"sign":"%s"}' "$node" "$(printf %s "$node" | sign theirs.pem)" > query.json

# A page's request, at 2026-11-25T04:00:00Z.
content="{\"out_trade_no\":\"${order}p1\",\"total_amount\":\"19.90\",\"subject\":\"茶杯\",\"time_expire\":\"2026-11-26 12:00:00\",\"product_code\":\"FAST_INSTANT_TRADE_PAY\"}"
printf %s "app_id=2021000000000001&biz_content=$content&charset=utf-8&format=JSON&method=alipay.trade.page.pay&notify_url=https://shop.example/v1/callbacks/alipay&sign_type=RSA2&timestamp=2026-11-25 12:00:00&version=1.0" | sign ours.pem > page.sign
