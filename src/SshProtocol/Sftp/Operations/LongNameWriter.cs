using System.Buffers.Text;
using System.Text;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>
/// Writes the same entries as <see cref="LongNameFormat"/> and remembers the columns that neighbours share, so that most entries cost a few copies.
/// Used by one READDIR at a time.
/// </summary>
internal sealed class LongNameWriter(SftpServerOptions options)
{
    private const int DateLength = 12;
    private const int MaxSizeDigits = 20;

    // A power of two; neighbours often have few different times.
    private const int DateSlots = 32;

    // Offsets of zones are whole minutes, and change at whole minutes, since long before this; earlier times are not remembered.
    private const long FirstRemembered = 10 * 365 * 86400L;
    private const int Minute = 60;

    private readonly DateSlot[] _dates = new DateSlot[DateSlots];
    private readonly byte[] _dateText = new byte[DateSlots * DateLength];
    private LongNameFormat _format;

    // "mode links owner group " of the entry before.
    private byte[] _front = [];
    private uint _mode;
    private uint _linkCount;
    private uint _userId;
    private uint _groupId;

    /// <summary>Takes the time that the entries of the next reply are shown by.</summary>
    public void Begin() => _format = new LongNameFormat(options);

    /// <summary>Writes filename, longname and ATTRS; returns 0 if they do not fit.</summary>
    public int WriteEntry(Span<byte> destination, ReadOnlySpan<byte> name, in EntryAttributes attributes)
    {
        ReadOnlySpan<byte> front = Front(attributes);
        int longest = 4 + name.Length + 4 + front.Length + MaxSizeDigits + 1 + DateLength + 1 + name.Length + SftpAttributes.WrittenLength;
        if (longest > destination.Length)
        {
            return 0;
        }

        var writer = new WireWriter(destination);
        writer.WriteString(name);
        int lengthAt = writer.Length;
        writer.WriteUInt32(0);
        writer.WriteBytes(front);
        WriteSize(ref writer, attributes.Size);
        writer.WriteByte((byte)' ');
        writer.WriteBytes(Date(attributes.ModificationTime.Seconds));
        writer.WriteByte((byte)' ');
        writer.WriteBytes(name);
        var longName = new WireWriter(destination[lengthAt..]);
        longName.WriteUInt32((uint)(writer.Length - lengthAt - 4));
        SftpAttributes.Write(ref writer, attributes);
        return writer.Length;
    }

    private ReadOnlySpan<byte> Front(in EntryAttributes attributes)
    {
        bool isSame = attributes.Mode == _mode && attributes.LinkCount == _linkCount && attributes.UserId == _userId && attributes.GroupId == _groupId;
        if (!isSame || _front.Length == 0)
        {
            _mode = attributes.Mode;
            _linkCount = attributes.LinkCount;
            _userId = attributes.UserId;
            _groupId = attributes.GroupId;
            _front = Encoding.UTF8.GetBytes(_format.Front(attributes));
        }

        return _front;
    }

    private static void WriteSize(ref WireWriter writer, long size)
    {
        Span<byte> digits = stackalloc byte[MaxSizeDigits];
        Utf8Formatter.TryFormat(size, digits, out int count);
        for (int i = count; i < LongNameFormat.SizeWidth; i++)
        {
            writer.WriteByte((byte)' ');
        }

        writer.WriteBytes(digits[..count]);
    }

    private ReadOnlySpan<byte> Date(long seconds)
    {
        bool isRecent = _format.IsRecent(seconds);
        long minute = seconds / Minute;
        int slot = (int)(minute & (DateSlots - 1));
        Span<byte> text = _dateText.AsSpan(slot * DateLength, DateLength);
        var wanted = new DateSlot(minute, isRecent);
        if (seconds < FirstRemembered)
        {
            Encoding.ASCII.GetBytes(_format.Date(seconds), text);
            _dates[slot] = default;
        }
        else if (_dates[slot] != wanted)
        {
            Encoding.ASCII.GetBytes(_format.Date(seconds), text);
            _dates[slot] = wanted;
        }

        return text;
    }

    // The default, minute 0, is never remembered, so it stands for an empty slot.
    private readonly record struct DateSlot(long Minute, bool IsRecent);
}
