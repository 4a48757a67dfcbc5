namespace Hpc.Benchmarks.Support;

/// <summary>Counts SFTP packets in a stream that comes in any pieces, looking at nothing but their lengths.</summary>
internal struct ReplyCounter
{
    private uint _length;
    private int _lengthBytes;
    private uint _left;

    public long Replies { get; private set; }

    public long Bytes { get; private set; }

    public void Feed(ReadOnlySpan<byte> data)
    {
        Bytes += data.Length;
        while (!data.IsEmpty)
        {
            int taken = _left > 0 ? TakeBody(data.Length) : TakeLength(data[0]);
            data = data[taken..];
        }
    }

    private int TakeLength(byte value)
    {
        _length = (_length << 8) | value;
        if (++_lengthBytes == 4)
        {
            _left = _length;
            (_length, _lengthBytes) = (0, 0);
        }

        return 1;
    }

    private int TakeBody(int available)
    {
        int taken = (int)Math.Min(_left, (uint)available);
        _left -= (uint)taken;
        Replies += _left == 0 ? 1 : 0;
        return taken;
    }
}
