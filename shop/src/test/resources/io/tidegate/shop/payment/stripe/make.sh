#!/bin/sh
# Made once, with OpenSSL 3 alone: what is verified here was signed by nobody's Java.
set -eu
cd "$(dirname "$0")"
order=$(cat ../alipay/order.txt)
printf '{"id":"evt_1","object":"event","type":"checkout.session.completed","livemode":false,"created":1795579152,"data":{"object":{"id":"cs_test_a1","object":"checkout.session","client_reference_id":"%sp1","payment_intent":"pi_3Q7","payment_status":"paid","status":"complete","amount_total":1990,"currency":"cny","customer_details":{"email":"jenny@example.com","name":"Jenny Rosen"},"metadata":{"payment":"%sp1"}}}}' "$order" "$order" > event.json
{ printf '1795579153.'; cat event.json; } | openssl dgst -sha256 -hmac whsec_of_a_test_0123456789 -r | cut -d' ' -f1 | tr -d '\n' > event.sign
