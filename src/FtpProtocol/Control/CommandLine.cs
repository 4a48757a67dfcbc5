using System.Security.Cryptography;

namespace Hpc.FtpProtocol.Control;

/// <summary>
/// Collects one command line from bytes as they come: Telnet commands are taken out (RFC 854; RFC 1123 §4.1.2.12), NUL behind CR too, and the line's end is CR LF or LF alone.
/// A line that is too long is read over in constant memory.
/// </summary>
/// <param name="maxLength">Longest line in bytes.</param>
internal sealed class CommandLine(int maxLength)
{
    private const int FirstCapacity = 128;

    // What an idle session may keep.
    private const int KeptCapacity = 512;

    private const byte CarriageReturn = 13;
    private const byte LineFeed = 10;
    private const byte FirstTelnetCommand = 240;
    private const byte Will = 251;
    private const byte Dont = 254;
    private const byte Interpret = 255;

    private byte[] _bytes = new byte[Math.Min(FirstCapacity, maxLength)];
    private int _length;
    private State _state;

    private enum State
    {
        Text,
        AfterCarriageReturn,
        AfterInterpret,
        Option,
    }

    /// <summary>True from the line's end to <see cref="Clear"/>.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>True if bytes were left out because there were more than a line may have.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The line without its end. Valid until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Takes bytes up to the end of the line, and says how many: all of them, if it has not ended.</summary>
    public int Take(ReadOnlySpan<byte> input)
    {
        int taken = 0;
        while (taken < input.Length && !IsComplete)
        {
            if (_state == State.Text)
            {
                ReadOnlySpan<byte> rest = input[taken..];
                int plain = rest.IndexOfAny(CarriageReturn, LineFeed, Interpret);
                plain = plain < 0 ? rest.Length : plain;
                Append(rest[..plain]);
                taken += plain;
                if (taken == input.Length)
                {
                    break;
                }
            }

            taken += TakeOne(input[taken]);
        }

        return taken;
    }

    /// <summary>Forgets the line; what stood in it may have been a password.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(0, _length));
        if (_bytes.Length > KeptCapacity)
        {
            _bytes = new byte[Math.Min(FirstCapacity, maxLength)];
        }

        _length = 0;
        IsComplete = IsTooLong = false;
    }

    /// <summary>Returns 0 for a byte that is to be looked at again in the next state.</summary>
    private int TakeOne(byte value)
    {
        switch (_state)
        {
            case State.Text:
                _state = value switch { CarriageReturn => State.AfterCarriageReturn, Interpret => State.AfterInterpret, _ => State.Text };
                IsComplete = value == LineFeed;
                return 1;
            case State.AfterCarriageReturn:
                return TakeAfterCarriageReturn(value);
            case State.AfterInterpret:
                return TakeAfterInterpret(value);
            default:
                // An option is never a line's end: whatever made this of a name, the next line is the next one.
                _state = State.Text;
                return value is CarriageReturn or LineFeed ? 0 : 1;
        }
    }

    private int TakeAfterCarriageReturn(byte value)
    {
        if (value == LineFeed)
        {
            _state = State.Text;
            IsComplete = true;
            return 1;
        }

        Append([CarriageReturn]);
        _state = State.Text;
        return value == 0 ? 1 : 0;
    }

    // Clients that know nothing of Telnet send a byte 255 of a name once: it is kept where no Telnet command follows.
    private int TakeAfterInterpret(byte value)
    {
        _state = value is >= Will and <= Dont ? State.Option : State.Text;
        if (value is >= FirstTelnetCommand and < Interpret)
        {
            return 1;
        }

        Append([Interpret]);
        return value == Interpret ? 1 : 0;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        int room = maxLength - _length;
        if (bytes.Length > room)
        {
            IsTooLong = true;
            bytes = bytes[..room];
        }

        if (_length + bytes.Length > _bytes.Length)
        {
            byte[] larger = new byte[Math.Min(maxLength, Math.Max(_length + bytes.Length, _bytes.Length * 2))];
            Bytes.Span.CopyTo(larger);
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = larger;
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
