{{- define "hpc.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "hpc.selector" -}}
app.kubernetes.io/name: hpc
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "hpc.labels" -}}
{{ include "hpc.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "hpc.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "hpc.name" .) -}}
{{- end -}}

{{- define "hpc.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{/* The configuration of all nodes; .Values.config wins. */}}
{{- define "hpc.config" -}}
{{- $v := .Values -}}
{{- $provider := dict "driver" "postgresql" "host" $v.database.host "port" (int $v.database.port) "name" $v.database.name "username" $v.database.username
      "password_file" "/etc/hpc/database/password" "sslmode" $v.database.sslmode "pool_size" (int $v.database.poolSize)
      "users_base_dir" "/srv/files" "create_default_admin" (ne $v.secrets.firstAdmin "") -}}
{{- if $v.database.rootCertSecret -}}
{{- $_ := set $provider "root_cert" "/etc/hpc/database-ca/ca.crt" -}}
{{- end -}}
{{- $http := dict "enabled" $v.rest.enabled "listeners" (list (dict "address" ":8080")) -}}
{{- if $v.rest.proxyAllowed -}}
{{- $_ := set $http "proxy_allowed" $v.rest.proxyAllowed -}}
{{- $_ := set $http "client_ip_header" $v.rest.clientIpHeader -}}
{{- end -}}
{{- $ftp := dict -}}
{{- if $v.ftp.enabled -}}
{{- $listener := dict "address" ":2121" "tls_mode" $v.ftp.tlsMode -}}
{{- if $v.ftp.tlsSecret -}}
{{- $_ := set $listener "certificate_file" "/etc/hpc/ftp/tls.crt" -}}
{{- $_ := set $listener "certificate_key_file" "/etc/hpc/ftp/tls.key" -}}
{{- end -}}
{{- $ftp = dict "listeners" (list $listener) "passive_ports" (printf "%d-%d" (int $v.ftp.firstPassivePort) (sub (add (int $v.ftp.firstPassivePort) (int $v.ftp.passivePorts)) 1)) -}}
{{- end -}}
{{- $base := dict
      "data_dir" "/var/lib/hpc/data"
      "ssh" (dict "listeners" (list (dict "address" ":2022")) "host_keys" "/run/hpc/hostkeys")
      "ftp" $ftp
      "proxy_protocol" (dict "mode" $v.proxyProtocol.mode "allowed" $v.proxyProtocol.allowed)
      "http" $http
      "admin" (dict "address" "127.0.0.1:8022")
      "data_provider" $provider
      "secrets" (dict "master_key_file" "/run/hpc/secrets.key")
      "cluster" (dict "enabled" $v.cluster.enabled "away" $v.cluster.away "sessions_away" $v.cluster.sessionsAway
          "max_sessions" (int $v.cluster.maxSessions) "max_sessions_per_host" (int $v.cluster.maxSessionsPerHost))
      "drain" (dict "grace_seconds" (int $v.drainSeconds)) -}}
{{- mergeOverwrite $base (deepCopy $v.config) | toPrettyJson -}}
{{- end -}}
