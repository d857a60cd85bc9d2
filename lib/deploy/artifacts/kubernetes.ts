// A Deployment and a Service for Kubernetes: a release is an image, so that kubectl rollout undo rolls back.
import { type ArtifactParts, quoted } from "./parts.js";

export function kubernetes({ name, release, port, image }: ArtifactParts): string {
  return `# Serves release ${release.version} of ${name}: kubectl apply --filename kubernetes.yaml; kubectl rollout undo deployment/${name} rolls back.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels: &labels
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/version: ${quoted(release.version)}
  annotations:
    cellgrad/sha256: ${quoted(release.manifest.files["model.onnx"]?.sha256 ?? "")}
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      # The old release answers until the new one is ready.
      maxUnavailable: 0
      maxSurge: 1
  template:
    metadata:
      labels: *labels
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: ${quoted(String(port))}
        prometheus.io/path: /metrics
    spec:
      automountServiceAccountToken: false
      # What was accepted is answered before the end.
      terminationGracePeriodSeconds: 30
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: server
          image: ${quoted(image)}
          ports:
            - name: http
              containerPort: ${port}
          startupProbe:
            httpGet: { path: /readyz, port: http }
            periodSeconds: 1
            failureThreshold: 120
          readinessProbe:
            httpGet: { path: /readyz, port: http }
            periodSeconds: 2
          livenessProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 10
            failureThreshold: 6
          resources:
            requests: { cpu: 500m, memory: 512Mi }
            limits: { memory: 1Gi }
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  labels:
    app.kubernetes.io/name: ${name}
spec:
  selector:
    app.kubernetes.io/name: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
`;
}
