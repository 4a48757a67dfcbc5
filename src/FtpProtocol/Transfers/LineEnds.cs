namespace Hpc.FtpProtocol.Transfers;

/// <summary>Line ends of TYPE A (RFC 959 §3.1.1.1): CRLF on the data connection, LF in storage. Piece by piece, in constant memory.</summary>
internal struct LineEnds
{
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    // The last byte of the piece before was a CR.
    private bool _afterCarriageReturn;

    /// <summary>
    /// Writes <paramref name="stored"/> as it is sent, as much as fits; a LF that has its CR in storage gets no second one.
    /// A piece takes at most twice its length.
    /// </summary>
    public (int Taken, int Written) Send(ReadOnlySpan<byte> stored, Span<byte> sent)
    {
        int taken = 0;
        int written = 0;
        while (taken < stored.Length && written < sent.Length)
        {
            ReadOnlySpan<byte> rest = stored[taken..];
            int line = rest.IndexOf(LineFeed);
            int plain = Math.Min(line < 0 ? rest.Length : line, sent.Length - written);
            rest[..plain].CopyTo(sent[written..]);
            (taken, written) = (taken + plain, written + plain);
            _afterCarriageReturn = plain > 0 ? rest[plain - 1] == CarriageReturn : _afterCarriageReturn;
            if (plain != line)
            {
                continue;
            }

            if (sent.Length - written < (_afterCarriageReturn ? 1 : 2))
            {
                break;
            }

            if (!_afterCarriageReturn)
            {
                sent[written++] = CarriageReturn;
            }

            sent[written++] = LineFeed;
            taken++;
            _afterCarriageReturn = false;
        }

        return (taken, written);
    }

    /// <summary>
    /// Turns what was received into what is stored, where it lies; returns its length. A CR at the end is held back until what follows is known,
    /// so <paramref name="buffer"/> has one byte of room before the <paramref name="length"/> bytes received, which begin at its second byte. What is stored begins at its first.
    /// </summary>
    public int Receive(Span<byte> buffer, int length)
    {
        ReadOnlySpan<byte> received = buffer.Slice(1, length);
        if (_afterCarriageReturn && length > 0)
        {
            // The one that was held back is in front again.
            buffer[0] = CarriageReturn;
            received = buffer[..(length + 1)];
            _afterCarriageReturn = false;
        }

        int stored = 0;
        while (!received.IsEmpty)
        {
            int end = received.IndexOf(CarriageReturn);
            int plain = end < 0 ? received.Length : end;
            received[..plain].CopyTo(buffer[stored..]);
            stored += plain;
            received = received[plain..];
            if (received.Length == 1)
            {
                _afterCarriageReturn = true;
                break;
            }

            if (received.Length > 1)
            {
                if (received[1] != LineFeed)
                {
                    buffer[stored++] = CarriageReturn;
                }

                received = received[1..];
            }
        }

        return stored;
    }

    /// <summary>At the end: true if a CR that was held back is to be stored.</summary>
    public bool TakeHeld()
    {
        bool held = _afterCarriageReturn;
        _afterCarriageReturn = false;
        return held;
    }
}
