using System.Diagnostics;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Channels;

internal sealed partial class SshChannel
{
    // Front of the input that is joined for a program which needs a whole request; longer than any request that is not streamed.
    private const int JoinUpTo = 300 * 1024;

    // A peer with less of its window left may not send at all.
    private const int ScarceWindow = 4 * 1024;

    // Where the line's is not known: long enough for a line around the world.
    private static readonly TimeSpan UnknownRoundTrip = TimeSpan.FromMilliseconds(150);

    private long _localWindow;
    private int _windowSize;
    private int _uncredited;
    private bool _isInBatch;
    private bool _wasHeldUp;
    private long _lastAdjust;

    /// <summary>Data from the peer, in borrowed memory that holds until <see cref="EndBatch"/>.</summary>
    public void OnData(ReadOnlySpan<byte> data)
    {
        if (_eofReceived || _closeReceived)
        {
            throw SshProtocolException.Violation("data after EOF or CLOSE");
        }

        if (data.Length > _connection.Options.MaxPacket || data.Length > _localWindow)
        {
            throw SshProtocolException.Violation("data beyond the channel's window or packet size");
        }

        _localWindow -= data.Length;
        if (_closeSent)
        {
            // Nobody is there for it any more; the credit is not given back.
            return;
        }

        if (_program is { } program && _input.IsEmpty)
        {
            _isInBatch = true;
            int consumed = program.OnData(data);
            _uncredited += consumed;
            data = data[consumed..];
        }

        if (!data.IsEmpty && !_closeSent)
        {
            bool wasEmpty = _input.IsEmpty;
            _input.Append(data);
            if (!wasEmpty)
            {
                OfferInput();
            }
        }
    }

    /// <summary>Everything that had arrived was handled: the program finishes with borrowed memory, and consumed bytes are credited.</summary>
    public void EndBatch()
    {
        if (_isInBatch)
        {
            _isInBatch = false;
            _program?.OnBatchEnd();
        }

        _wasHeldUp |= !_input.IsEmpty;
        CreditConsumed();
        DeliverEof();
    }

    public void Resume()
    {
        if (_program is null)
        {
            return;
        }

        try
        {
            OfferInput();
            CreditConsumed();
            DeliverEof();
            if (_isReleaseDue && _input.IsEmpty)
            {
                Release();
                _connection.OnReadToEnd(this);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Who resumes is a worker, often, which cannot end the connection.
            _connection.FailBy(exception);
        }
    }

    private void OfferInput()
    {
        while (_program is { } program && !_input.IsEmpty)
        {
            ReadOnlySpan<byte> first = _input.First;
            int consumed = program.OnData(first);

            // Before the queue's memory goes, or is joined, the program has finished with it.
            program.OnBatchEnd();
            _isInBatch = false;
            if (_input.IsEmpty)
            {
                // The program ended the channel.
                return;
            }

            _uncredited += consumed;
            bool isAll = consumed == first.Length;
            _input.Consume(consumed);
            if (!isAll && !_input.TryJoin(JoinUpTo))
            {
                return;
            }
        }
    }

    /// <summary>
    /// Credit is returned when the program has finished with the bytes, not when they arrive: a slow disk then slows its own channel, never the connection.
    /// </summary>
    private void CreditConsumed()
    {
        GrowForRequest();
        if (_uncredited < _windowSize / 4 || _closeSent || _eofReceived)
        {
            return;
        }

        GrowWindow();
        if (ShrinkWindow() == 0)
        {
            return;
        }

        Span<byte> payload = stackalloc byte[9];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.ChannelWindowAdjust);
        writer.WriteUInt32(RemoteId);
        writer.WriteUInt32((uint)_uncredited);
        _connection.Send(payload);
        _localWindow += _uncredited;
        _uncredited = 0;
    }

    /// <summary>A window that began small must hold a whole request, which a program may want before it takes any of it.</summary>
    private void GrowForRequest()
    {
        bool isStuck = _localWindow < ScarceWindow && _uncredited < _windowSize / 4 && !_input.IsEmpty && !_closeSent && !_eofReceived;
        if (isStuck && _windowSize < JoinUpTo && _program is { IsHeldBack: false })
        {
            _connection.TotalWindow += JoinUpTo - _windowSize;
            _uncredited += JoinUpTo - _windowSize;
            _windowSize = JoinUpTo;
        }
    }

    /// <summary>Keeps the credit of a window that is larger than of use, or that there is no memory for; returns what is left to give.</summary>
    private int ShrinkWindow()
    {
        int most = Math.Max(SmallWindow, _connection.Pool.Budget.IsExhausted ? SmallWindow : _program?.WindowOfUse ?? int.MaxValue);
        int less = Math.Clamp(_windowSize - most, 0, _uncredited);
        _windowSize -= less;
        _uncredited -= less;
        _connection.TotalWindow -= less;
        return _uncredited;
    }

    /// <summary>
    /// A window of less than four times what is under way sets the pace: then its quarter goes through within a round trip, and it doubles.
    /// Up to what is of use under a limit of speed; beyond the usual size not when the program was held up by its storage; and not when memory is short. Larger than needed it would only be filled by the peer,
    /// which has to hold what it has sent (OpenSSH's client spends twice the CPU on 16 MiB of it).
    /// </summary>
    private void GrowWindow()
    {
        long now = Stopwatch.GetTimestamp();
        bool isFast = Stopwatch.GetElapsedTime(_lastAdjust, now) < (_connection.Connection.RoundTripTime ?? UnknownRoundTrip);
        int larger = Math.Min(_windowSize * 2, _connection.Options.MaxWindow);
        bool isAllowed = _connection.TotalWindow + larger - _windowSize <= _connection.Options.MaxTotalWindow;
        bool isOfUse = larger <= (_program?.WindowOfUse ?? int.MaxValue) && (!_wasHeldUp || larger <= _connection.Options.InitialWindow);
        if (isFast && isAllowed && isOfUse && !_connection.Pool.Budget.IsUnderPressure)
        {
            _connection.TotalWindow += larger - _windowSize;
            _uncredited += larger - _windowSize;
            _windowSize = larger;
        }

        _wasHeldUp = false;
        _lastAdjust = now;
    }
}
