// A systemd service that serves whatever release is live, and follows promotions and rollbacks.
// https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html
import type { ArtifactParts } from "./parts.js";

export function systemdUnit({ name, directory, port }: ArtifactParts): string {
  return `# Serves the live release of ${name}; cellgrad deploy promote and rollback change it while it runs.
# As /etc/systemd/system/${name}.service: systemctl daemon-reload && systemctl enable --now ${name}
[Unit]
Description=Predictions of ${name}
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
# Where npm install --global cellgrad puts it; a full path is safer where there are several Nodes.
ExecStart=/usr/bin/env cellgrad serve ${argument(directory)} --host 127.0.0.1 --port ${port}
Environment=NODE_ENV=production
Restart=on-failure
RestartSec=1
# SIGTERM answers what was accepted.
TimeoutStopSec=30
DynamicUser=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectControlGroups=yes
ProtectHome=read-only
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictSUIDSGID=yes
LockPersonality=yes

[Install]
WantedBy=multi-user.target
`;
}

/** https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines */
function argument(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("$", "$$$$")}"`;
}
