using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>Parses a request's fields (after its id, and after the name of an extension) and does it. Completes at once where storage does.</summary>
internal delegate ValueTask<SftpReply> SftpOperationRunner(SftpServer server, ref WireReader fields);

/// <summary>One row of <see cref="SftpOperationTable"/>.</summary>
/// <param name="Name">Name in logs and metrics.</param>
/// <param name="Type">Packet type.</param>
/// <param name="Extension">Name of the extension as it is asked for; null for a plain request.</param>
/// <param name="Version">What VERSION announces for the extension; null where nothing is announced.</param>
/// <param name="Mutates">Whether it changes files or names.</param>
/// <param name="Run">What does it.</param>
internal sealed record SftpOperation(string Name, SftpMessageType Type, string? Extension, string? Version, bool Mutates, SftpOperationRunner Run);
