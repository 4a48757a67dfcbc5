using Hpc.SshProtocol.Sftp.Wire;

namespace Hpc.SshProtocol.Sftp.Client;

/// <summary>The server answered a request with a STATUS other than OK.</summary>
#pragma warning disable CA1032 // Made from a status only.
internal sealed class SftpClientException(SftpStatus status, string message) : IOException(message)
#pragma warning restore CA1032
{
    public SftpStatus Status { get; } = status;
}
