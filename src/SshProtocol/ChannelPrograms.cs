using System.Text;
using Hpc.Accounts.Sessions;
using Hpc.SshProtocol.Exec;
using Hpc.SshProtocol.Scp;
using Hpc.SshProtocol.Sftp;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.SshProtocol.Ssh.Server;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol;

/// <summary>What runs on session channels: the SFTP subsystem, and the commands that need no shell.</summary>
internal sealed class ChannelPrograms(BlockPool pool, SshServerOptions options, ILoggerFactory loggers) : IChannelPrograms
{
    private static readonly SftpMetrics Metrics = new();

    private readonly ILogger _sftpLogger = loggers.CreateLogger("sftp");
    private readonly ILogger _execLogger = loggers.CreateLogger("exec");
    private readonly ILogger _scpLogger = loggers.CreateLogger("scp");

    // One place per hash of a name; sessions of one user share the options, whoever else takes the place next.
    private readonly SftpServerOptions?[] _recent = new SftpServerOptions?[64];

    public IChannelProgram CreateSftp(ISessionChannel channel, SessionGrant grant, string userName)
    {
        ref SftpServerOptions? place = ref _recent[userName.GetHashCode(StringComparison.Ordinal) & (_recent.Length - 1)];
        SftpServerOptions? recent = Volatile.Read(ref place);
        if (recent is null || recent.UserName != userName)
        {
            recent = new() { MaxHandles = options.MaxHandles, UserName = userName };
            Volatile.Write(ref place, recent);
        }

        return new SftpServer(channel, grant, pool, recent, _sftpLogger, Metrics);
    }

    public IChannelProgram? CreateCommand(ISessionChannel channel, SessionGrant grant, ReadOnlySpan<byte> command, string userName)
    {
        if (IsSftpServer(Encoding.UTF8.GetString(command)))
        {
            return CreateSftp(channel, grant, userName);
        }

        var scpOptions = new ScpOptions { UserName = userName };
        if (ScpProgram.TryCreate(command, channel, grant, pool, scpOptions, _scpLogger, out ScpProgram? scp))
        {
            return scp;
        }

        return ExecProgram.TryCreate(command, channel, grant, pool, _execLogger, out ExecProgram? program) ? program : null;
    }

    /// <summary>Some clients start the SFTP server as a command (sftp -s /path, sshfs -o sftp_server=).</summary>
    private static bool IsSftpServer(string command) =>
        !command.Contains(' ', StringComparison.Ordinal) && (command.EndsWith("/sftp-server", StringComparison.Ordinal) || command is "sftp-server" or "internal-sftp");
}
