using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Sftp;

internal enum SftpReplyKind : byte
{
    Status,
    Handle,
    Attributes,
    Path,
    Packet,
}

/// <summary>
/// What an operation answers. Operations may end on a worker, so they only say what to reply; the server writes it with the turn held.
/// </summary>
internal readonly struct SftpReply
{
    private SftpReply(SftpReplyKind kind, SftpStatus status = SftpStatus.Ok) => (Kind, Status) = (kind, status);

    public SftpReplyKind Kind { get; }

    public SftpStatus Status { get; }

    /// <summary>Sentence of a STATUS; null for the usual one of the code.</summary>
    public string? Text { get; private init; }

    /// <summary>What <see cref="SftpReplyKind.Attributes"/> sends.</summary>
    public EntryAttributes Attributes { get; private init; }

    /// <summary>A newly opened file or directory; the server gives it its handle string.</summary>
    public SftpHandle? Opened { get; private init; }

    /// <summary>The one name of a NAME reply, as text of <see cref="PathText"/>.</summary>
    public string? Path { get; private init; }

    /// <summary>A packet whose first <see cref="SftpLimits.HeaderLength"/> bytes the server fills in; it belongs to whoever has the reply.</summary>
    public PinnedBlock? Packet { get; private init; }

    public int PacketLength { get; private init; }

    public SftpMessageType PacketType { get; private init; }

    public static SftpReply Ok => default;

    public static SftpReply EndOfFile => new(SftpReplyKind.Status, SftpStatus.EndOfFile);

    public static SftpReply BadMessage => new(SftpReplyKind.Status, SftpStatus.BadMessage);

    public static SftpReply BadPath => Failed(SftpStatus.NoSuchFile, "The path is too long or holds a NUL byte");

    public static SftpReply BadHandle => Failed(SftpStatus.Failure, "The handle is not valid: closed, or never given out in this session");

    public static implicit operator SftpReply(StorageError error) =>
        new(SftpReplyKind.Status, SftpErrors.ToStatus(error)) { Text = SftpErrors.ToText(error) };

    public static implicit operator SftpReply(StorageResult result) => result.Error;

    public static SftpReply Failed(SftpStatus status, string text) => new(SftpReplyKind.Status, status) { Text = text };

    public static SftpReply Failed(string text) => Failed(SftpStatus.Failure, text);

    public static SftpReply Handle(SftpHandle opened) => new(SftpReplyKind.Handle) { Opened = opened };

    public static SftpReply Attrs(in EntryAttributes attributes) => new(SftpReplyKind.Attributes) { Attributes = attributes };

    public static SftpReply Name(string path) => new(SftpReplyKind.Path) { Path = path };

    public static SftpReply Prepared(SftpMessageType type, PinnedBlock packet, int length) =>
        new(SftpReplyKind.Packet) { Packet = packet, PacketLength = length, PacketType = type };
}
