using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Client;

/// <summary>An entry of a remote directory.</summary>
/// <param name="Name">Name, as <see cref="PathText"/> spells it.</param>
/// <param name="LongName">The line that the server made for people.</param>
/// <param name="Attributes">What is known of it.</param>
internal readonly record struct SftpListEntry(string Name, string LongName, EntryAttributes Attributes);
