using Hpc.Accounts.Sessions;

namespace Hpc.SshProtocol.Ssh.Channels;

/// <summary>Makes the programs that may run on session channels: the SFTP subsystem and a closed list of commands.</summary>
internal interface IChannelPrograms
{
    /// <summary>An SFTP server on the channel.</summary>
    IChannelProgram CreateSftp(ISessionChannel channel, SessionGrant grant, string userName);

    /// <summary>The program of an exec request, or null if the command is not one that runs here.</summary>
    IChannelProgram? CreateCommand(ISessionChannel channel, SessionGrant grant, ReadOnlySpan<byte> command, string userName);
}
