#!/bin/sh
# The whole loop by curl alone: an alert comes in, becomes an incident, crosses the board, ends in a published
# postmortem and a verified action item. Can be run as often as you like; each run makes its own people.
#
#     ADMIN_PASSWORD=… [BASE_URL=http://localhost:5001] sh docs/curl-loop.sh
set -eu

API="${BASE_URL:-http://localhost:5001}/api/v1"
RUN=$(date +%Y%m%d%H%M%S)
PASSWORD="loop-$RUN-password"

# call TOKEN METHOD PATH [BODY]: prints the answer; an answer that is not 2xx ends the script.
call() {
    answer=$(curl -sS -X "$2" "$API/$3" -H "Authorization: Bearer $1" -w '\n%{http_code}' \
        ${4:+-H 'Content-Type: application/json' --data-binary "$4"})
    status=${answer##*"
"}
    body=${answer%"
"*}
    case $status in
        2??) printf '%s\n' "$body" ;;
        *) echo "$2 $3 answered $status: $body" >&2; return 1 ;;
    esac
}

# field PATH: the value at that path of the JSON on standard input, as in `items.0.id`.
field() {
    python3 -c '
import json, sys
value = json.load(sys.stdin)
for name in sys.argv[1].split("."):
    value = value[int(name)] if isinstance(value, list) else value[name]
print(value)' "$1"
}

login() {
    call none POST auth/login "{\"username\": \"$1\", \"password\": \"$2\"}" | field access_token
}

# person NAME ROLE: makes a user and prints the id.
person() {
    call "$ADMIN" POST users "{\"username\": \"$1-$RUN\", \"display_name\": \"$1\", \"role\": \"$2\",
        \"password\": \"$PASSWORD\"}" | field id
}

# move TOKEN PATH TO [NOTE]
move() {
    call "$1" POST "$2/transitions" "{\"to\": \"$3\"${4:+, \"note\": \"$4\"}}" >/dev/null
    echo "$2 is $3"
}

echo "--- people and a key"
ADMIN=$(login admin "$ADMIN_PASSWORD")
WEI_ID=$(person wei responder)
MIN_ID=$(person min responder)
person lan manager >/dev/null
WEI=$(login "wei-$RUN" "$PASSWORD")
MIN=$(login "min-$RUN" "$PASSWORD")
LAN=$(login "lan-$RUN" "$PASSWORD")
KEY=$(call "$ADMIN" POST integrations "{\"name\": \"loop $RUN\", \"kind\": \"alertmanager\"}" | field key)

echo "--- Alertmanager sends an alert"
NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ)
call "$KEY" POST hooks/alertmanager "{
    \"version\": \"4\", \"groupKey\": \"{}:{alertname=\\\"PaymentErrors\\\"}\", \"truncatedAlerts\": 0,
    \"status\": \"firing\", \"receiver\": \"closeloop\", \"externalURL\": \"http://alertmanager.example.com\",
    \"groupLabels\": {\"alertname\": \"PaymentErrors\"}, \"commonLabels\": {}, \"commonAnnotations\": {},
    \"alerts\": [{
        \"status\": \"firing\", \"startsAt\": \"$NOW\", \"endsAt\": \"0001-01-01T00:00:00Z\",
        \"generatorURL\": \"http://prometheus.example.com/graph\", \"fingerprint\": \"loop$RUN\",
        \"labels\": {\"alertname\": \"PaymentErrors\", \"severity\": \"critical\", \"run\": \"$RUN\"},
        \"annotations\": {\"summary\": \"Payments fail / 支付失败\"}}]}" >/dev/null
ALERT=$(call "$WEI" GET "alerts?label.run=$RUN" | field items.0.id)
echo "alert $ALERT: $(call "$WEI" GET "alerts/$ALERT" | field title)"

echo "--- it becomes an incident and is worked on"
INCIDENT=$(call "$WEI" POST incidents "{\"alert_ids\": [$ALERT]}" | field id)
move "$WEI" "incidents/$INCIDENT" InProgress
call "$WEI" POST "incidents/$INCIDENT/timeline" '{"text": "The payment gateway rejects our certificate."}' >/dev/null
if call "$WEI" POST "incidents/$INCIDENT/transitions" '{"to": "Closed"}' 2>/dev/null; then
    echo "closing it now should have been refused" >&2
    exit 1
fi
move "$WEI" "incidents/$INCIDENT" Recovering
move "$WEI" "incidents/$INCIDENT" Recovered
move "$WEI" "incidents/$INCIDENT" AwaitingPostmortem

echo "--- the postmortem, reviewed by a second person"
POSTMORTEM=$(call "$WEI" POST postmortems "{\"incident_id\": $INCIDENT}" | field id)
call "$WEI" PATCH "postmortems/$POSTMORTEM" "{
    \"summary\": \"Card payments failed because a certificate had expired.\",
    \"impact\": \"Every card payment failed.\",
    \"detection\": \"An alert on the error rate.\",
    \"root_cause\": \"Nobody watched the date on which the certificate ends.\",
    \"resolution\": \"A new certificate.\",
    \"lessons\": \"Dates that end things need an alert of their own.\",
    \"reviewer_ids\": [$MIN_ID]}" >/dev/null
ITEM=$(call "$WEI" POST action-items "{\"postmortem_id\": $POSTMORTEM, \"owner_id\": $WEI_ID,
    \"title\": \"Alert 30 days before a certificate ends\", \"type\": \"Detect\", \"priority\": \"High\"}" | field id)
move "$WEI" "postmortems/$POSTMORTEM" InReview
call "$MIN" POST "postmortems/$POSTMORTEM/comments" '{"text": "Clear. Which certificates are next?"}' >/dev/null
move "$MIN" "postmortems/$POSTMORTEM" Reviewed
move "$LAN" "postmortems/$POSTMORTEM" Published

echo "--- close, and see that the action item is done"
move "$LAN" "incidents/$INCIDENT" Closed
move "$WEI" "action-items/$ITEM" InProgress
move "$WEI" "action-items/$ITEM" Done
move "$MIN" "action-items/$ITEM" Verified

echo "--- the timeline of incident $INCIDENT"
call "$WEI" GET "incidents/$INCIDENT/timeline?limit=100" | python3 -c '
import json, sys
for entry in json.load(sys.stdin)["items"]:
    told = entry["text"] or ", ".join(f"{name}: {value}" for name, value in entry["data"].items())
    print(entry["occurred_at"], entry["actor_name"], entry["kind"], "|", told)'
