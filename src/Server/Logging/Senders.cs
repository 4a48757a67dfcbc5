using Microsoft.Extensions.Logging;

namespace Hpc.Server.Logging;

/// <summary>The component names that stand as <c>sender</c> in log lines.</summary>
internal static class Senders
{
    private static readonly (string Prefix, string Sender)[] Table =
    [
        ("Hpc.SshProtocol.Sftp", "sftpd"),
        ("Hpc.SshProtocol.Scp", "scp"),
        ("Hpc.SshProtocol", "sshd"),
        ("Hpc.FtpProtocol", "ftpd"),
        ("Hpc.Transport", "transport"),
        ("Hpc.Accounts", "accounts"),
        ("Hpc.Actors.Limits", "usage"),
        ("Hpc.Actors.Defender", "defender"),
        ("Hpc.Actors.Cluster.Wiring.ClusterBoard", "defender"),
        ("Hpc.Actors", "sessions"),
        ("Hpc.Storage", "storage"),
        ("Hpc.Events", "events"),
        ("Hpc.Server", "service"),
        ("Microsoft.AspNetCore", "httpd"),
    ];

    public static string Of(string category)
    {
        foreach ((string prefix, string sender) in Table)
        {
            if (category.StartsWith(prefix, StringComparison.Ordinal))
            {
                return sender;
            }
        }

        return category;
    }

    /// <summary>The web server's own lines are of interest only when something is wrong.</summary>
    public static LogLevel MinimumOf(string category) =>
        category.StartsWith("Microsoft.", StringComparison.Ordinal) ? LogLevel.Warning : LogLevel.Trace;
}
