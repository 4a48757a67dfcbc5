using System.Buffers.Binary;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>A NAME reply that a directory's entries are streamed into. One per open directory, used by one READDIR at a time.</summary>
internal sealed class DirectoryReply(SftpServer server) : IDirectoryEntrySink
{
    private readonly LongNameWriter _lines = new(server.Options);
    private PreparedPacket _packet;
    private int _length;

    /// <summary>Entries so far.</summary>
    public uint Count { get; private set; }

    /// <summary>Begins a reply in a packet, which stays the caller's.</summary>
    public void Begin(PreparedPacket packet)
    {
        //  uint32   count
        //  count × (string filename, string longname, ATTRS)
        _packet = packet;
        _length = 4;
        Count = 0;
        _lines.Begin();
    }

    /// <inheritdoc/>
    public bool TryAdd(ReadOnlySpan<byte> name, in EntryAttributes attributes)
    {
        int written = _lines.WriteEntry(_packet.Body[_length..], name, attributes);
        if (written == 0 && Count > 0)
        {
            return false;
        }

        if (written == 0)
        {
            // It would not fit a reply of its own either.
            server.LogEntryLeftOut();
            return true;
        }

        _length += written;
        Count++;
        return true;
    }

    /// <summary>Completes the reply and returns its length.</summary>
    public int Finish()
    {
        BinaryPrimitives.WriteUInt32BigEndian(_packet.Body, Count);
        return _length;
    }
}
