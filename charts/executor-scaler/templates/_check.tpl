{{/*
What no schema can say: two entries that claim the same thing, and bounds that cross. The service refuses the same, but only once it runs; here nothing is
installed.
*/}}
{{- define "executor-scaler.check" -}}
{{- $config := .Values.config -}}
{{- $names := dict -}}
{{- $deployments := dict -}}
{{- $lists := dict -}}
{{- range $i, $executor := $config.executors -}}
{{- $here := printf "config.executors[%d]" $i -}}
{{- include "executor-scaler.claim" (list $names .name $here "name") -}}
{{- include "executor-scaler.claim" (list $deployments .deployment $here "deployment") -}}
{{- range $key := list "waiting" "running" "delayed" -}}
{{- include "executor-scaler.claim" (list $lists (get $executor.queue $key) $here (printf "queue.%s" $key)) -}}
{{- end -}}
{{- include "executor-scaler.bounds" (list .minReplicas .maxReplicas $here "minReplicas" "maxReplicas") -}}
{{- include "executor-scaler.bounds" (list .onDemandBase .maxReplicas $here "onDemandBase" "maxReplicas") -}}
{{- end -}}
{{- $pools := dict -}}
{{- $groups := dict -}}
{{- range $i, $pool := $config.nodePools -}}
{{- $here := printf "config.nodePools[%d]" $i -}}
{{- include "executor-scaler.claim" (list $pools .name $here "name") -}}
{{- include "executor-scaler.claim" (list $groups .autoScalingGroup $here "autoScalingGroup") -}}
{{- include "executor-scaler.bounds" (list .minSize .maxSize $here "minSize" "maxSize") -}}
{{- end -}}
{{- range $i, $pool := $config.nodePools -}}
{{- if and .fallbackPool (not (hasKey $pools .fallbackPool)) -}}
{{- fail (printf "config.nodePools[%d].fallbackPool: '%s' is no pool of nodePools" $i .fallbackPool) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* owners, thing, here, key: fails where somebody else has the thing. */}}
{{- define "executor-scaler.claim" -}}
{{- $owners := index . 0 -}}
{{- $thing := index . 1 -}}
{{- if $thing -}}
{{- if hasKey $owners $thing -}}
{{- fail (printf "%s.%s: '%s' is that of %s already" (index . 2) (index . 3) $thing (get $owners $thing)) -}}
{{- end -}}
{{- $_ := set $owners $thing (index . 2) -}}
{{- end -}}
{{- end -}}

{{/* least, most, here, key of the least, key of the most: fails where the least is above the most. */}}
{{- define "executor-scaler.bounds" -}}
{{- if gt (int (index . 0 | default 0)) (int (index . 1)) -}}
{{- fail (printf "%s.%s: must not be below %s %d, was %d" (index . 2) (index . 4) (index . 3) (int (index . 0)) (int (index . 1))) -}}
{{- end -}}
{{- end -}}
