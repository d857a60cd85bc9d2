// A container that serves one release. Its base has the C library that onnxruntime's binaries need (no Alpine).
import type { ArtifactParts } from "./parts.js";

export function dockerfile({ name, release, port, image, package: cellgrad }: ArtifactParts): string {
  return `# Serves release ${release.version} of ${name}. In this folder: docker build --tag ${image} .
FROM node:22-bookworm-slim
# A version, or the address of a package that was built elsewhere.
ARG CELLGRAD=${cellgrad}
ENV NODE_ENV=production
# The library for processors is in the package; the parts for CUDA would be loaded from elsewhere.
ENV ONNXRUNTIME_NODE_INSTALL=skip
WORKDIR /srv
RUN npm install --omit=dev --no-audit --no-fund "$CELLGRAD" && npm cache clean --force
COPY release ./release
USER 1000
EXPOSE ${port}
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:${port}/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM answers what was accepted, and ends.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/srv/node_modules/.bin/cellgrad"]
CMD ["serve", "/srv/release/model.onnx", "--host", "0.0.0.0", "--port", "${port}"]
`;
}
