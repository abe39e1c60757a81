{{/* The name of every object: the release's, with the chart's where the release does not contain it. */}}
{{- define "executor-scaler.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* ClusterRoles have no namespace: without it in the name, two releases of one name would own one object. */}}
{{- define "executor-scaler.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "executor-scaler.fullname" .) -}}
{{- end -}}

{{- define "executor-scaler.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "executor-scaler.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "executor-scaler.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "executor-scaler.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "executor-scaler.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is needed when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "executor-scaler.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* JSON: namespace -> names of the executor Deployments in it. Dictionaries range in the order of their keys, so renders are stable. */}}
{{- define "executor-scaler.deploymentsByNamespace" -}}
{{- $byNamespace := dict -}}
{{- range .Values.config.executors -}}
{{- $parts := splitList "/" .deployment -}}
{{- $namespace := index $parts 0 -}}
{{- $_ := set $byNamespace $namespace (append (get $byNamespace $namespace | default list) (index $parts 1)) -}}
{{- end -}}
{{- toJson $byNamespace -}}
{{- end -}}

{{/* JSON: namespace -> true, of executors whose workers say who is busy: there a pod gets the annotation by which its ReplicaSet chooses. */}}
{{- define "executor-scaler.markedNamespaces" -}}
{{- $namespaces := dict -}}
{{- range .Values.config.executors -}}
{{- if has (default "none" .busy) (list "lease" "queue") -}}
{{- $_ := set $namespaces (index (splitList "/" .deployment) 0) true -}}
{{- end -}}
{{- end -}}
{{- toJson $namespaces -}}
{{- end -}}

{{/* What the API server calls the service. */}}
{{- define "executor-scaler.user" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "executor-scaler.serviceAccountName" . }}
{{- end -}}

{{/* Not empty where there are nodes to look after. */}}
{{- define "executor-scaler.hasPools" -}}
{{- if or .Values.config.nodePools .Values.config.autoDiscovery -}}true{{- end -}}
{{- end -}}

{{/* JSON: the labels of each pool, where every pool has some; else an empty list. What is found by tags has labels that only its nodes show. */}}
{{- define "executor-scaler.poolLabels" -}}
{{- $all := list -}}
{{- $known := not .Values.config.autoDiscovery -}}
{{- range .Values.config.nodePools -}}
{{- if .labels -}}
{{- $all = append $all .labels -}}
{{- else -}}
{{- $known = false -}}
{{- end -}}
{{- end -}}
{{- if $known -}}{{- toJson ($all | uniq) -}}{{- else -}}[]{{- end -}}
{{- end -}}

{{/* The port of config.redis.url; Redis's own where none is written. */}}
{{- define "executor-scaler.redisPort" -}}
{{- $url := dig "redis" "url" "" .Values.config | default "" -}}
{{- $host := regexReplaceAll "^rediss?://([^/?]*@)?([^/?]*).*$" $url "${2}" -}}
{{- regexFind "[0-9]+$" (regexFind ":[0-9]+$" $host) | default "6379" -}}
{{- end -}}

{{/* JSON: the values that there are; NOTES warns of others. */}}
{{- define "executor-scaler.knownValues" -}}
{{- toJson (list "config" "aws" "image" "imagePullSecrets" "replicas" "nameOverride" "fullnameOverride" "serviceAccount" "rbac" "replicaGuard" "service" "page"
  "networkPolicy" "monitoring" "resources" "jvmOptions" "extraEnv" "extraVolumes" "extraVolumeMounts" "podAnnotations" "podLabels" "nodeSelector" "tolerations"
  "affinity" "priorityClassName" "global") -}}
{{- end -}}
