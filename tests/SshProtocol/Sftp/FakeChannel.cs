using Hpc.SshProtocol.Ssh.Channels;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>A session channel in memory with adjustable packet slots and window. It checks what a program may do when.</summary>
internal sealed class FakeChannel : ISessionChannel, IDisposable
{
    private const int Gap = 37;

    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(4 << 20, pinned: true);
    private readonly byte[] _slots = GC.AllocateUninitializedArray<byte>(512 << 10, pinned: true);
    private readonly MemoryStream _backlog = new();
    private long _window = long.MaxValue;
    private int _inputStart;
    private int _inputEnd;
    private bool _wantsProduce;
    private bool _waitsForRoom;
    private bool _isProducing;
    private bool _usedInProduce;
    private bool _isRunning;
    private bool _eof;
    private bool _eofDelivered;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public object Turn { get; } = new();

    public IChannelProgram Program { get; set; } = null!;

    public int SlotPayload { get; set; } = 32 * 1024;

    /// <summary>Bytes that the peer takes; refilled by <see cref="RefillWindow"/> each time it is used up, where that is set.</summary>
    public long Window
    {
        get => _window;
        set
        {
            // A program on a worker takes from it with the turn held.
            lock (Turn)
            {
                _window = value;
            }
        }
    }

    public long RefillWindow { get; set; }

    public Action<ReadOnlySpan<byte>> Sink { get; set; } = static _ => { };

    public MemoryStream? Output { get; private set; }

    public MemoryStream Errors { get; } = new();

    public uint? ExitStatus { get; private set; }

    /// <summary>Input comes in packets of this length, several to a batch.</summary>
    public int PacketLength { get; set; } = int.MaxValue;

    public long Backlog => _backlog.Length;

    public int Unconsumed => _inputEnd - _inputStart;

    public int InputRoom => _input.Length - Unconsumed;

    public int Produces { get; private set; }

    /// <summary>No more <see cref="WaitForAsync"/>: nothing is allocated for it.</summary>
    public bool StopSignals { get; set; }

    public bool CanWrite
    {
        get
        {
            AssertTurn();
            if (_backlog.Length == 0)
            {
                return true;
            }

            _waitsForRoom = true;
            return false;
        }
    }

    public static FakeChannel WithOutput()
    {
        var channel = new FakeChannel { Output = new MemoryStream() };
        channel.Sink = bytes => channel.Output.Write(bytes);
        return channel;
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        AssertTurn();
        _usedInProduce = _isProducing;
        _backlog.Write(data);
    }

    public void WriteError(ReadOnlySpan<byte> data) => Errors.Write(data);

    public void RequestProduce()
    {
        AssertTurn();
        _wantsProduce = true;
    }

    public void Resume()
    {
        AssertTurn();
        _usedInProduce = _isProducing;
        Offer();
    }

    public void Exit(uint status)
    {
        AssertTurn();
        _usedInProduce = _isProducing;
        ExitStatus.ShouldBeNull();
        ExitStatus = status;
    }

    public void Flush()
    {
        Monitor.IsEntered(Turn).ShouldBeFalse();
        lock (Turn)
        {
            Run();
        }
    }

    public void Deliver(ReadOnlySpan<byte> data)
    {
        lock (Turn)
        {
            if (_input.Length - _inputEnd < data.Length)
            {
                _input.AsSpan(_inputStart.._inputEnd).CopyTo(_input);
                (_inputStart, _inputEnd) = (0, Unconsumed);
            }

            data.CopyTo(_input.AsSpan(_inputEnd));
            _inputEnd += data.Length;
            Offer();
            Run();
        }
    }

    public void SendEof()
    {
        lock (Turn)
        {
            _eof = true;
            DeliverEof();
            Run();
        }
    }

    public void AddWindow(long bytes)
    {
        lock (Turn)
        {
            Window += bytes;
            Run();
        }
    }

    public void Dispose()
    {
        _backlog.Dispose();
        Errors.Dispose();
        Output?.Dispose();
    }

    public void Close()
    {
        lock (Turn)
        {
            Program.OnClosed();
        }
    }

    /// <summary>Completes when the condition holds; it is looked at after each turn.</summary>
    public async Task WaitForAsync(Func<bool> condition)
    {
        while (true)
        {
            Task changed;
            lock (Turn)
            {
                if (condition())
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private void Offer()
    {
        int consumed = 0;
        bool isAll = true;
        while (isAll && consumed < Unconsumed)
        {
            int length = Math.Min(PacketLength, Unconsumed - consumed);
            int taken = OfferPart(consumed, length);
            consumed += taken;
            isAll = taken == length;
        }

        // What a program leaves of a packet is offered again, joined with what follows.
        consumed += isAll ? 0 : OfferPart(consumed, Unconsumed - consumed);
        Program.OnBatchEnd();

        // Whoever still looks at borrowed memory now sees that it is gone.
        _input.AsSpan(_inputStart, consumed).Fill(0xEE);
        _inputStart += consumed;
        if (_inputStart == _inputEnd)
        {
            (_inputStart, _inputEnd) = (0, 0);
        }

        DeliverEof();
    }

    private int OfferPart(int position, int length)
    {
        int taken = Program.OnData(_input.AsSpan(_inputStart + position, length));
        if (taken < 0 || taken > length)
        {
            throw new InvalidOperationException("More was consumed than offered.");
        }

        return taken;
    }

    private void DeliverEof()
    {
        if (_eof && !_eofDelivered && Unconsumed == 0)
        {
            _eofDelivered = true;
            Program.OnEof();
        }
    }

    private void Run()
    {
        if (_isRunning)
        {
            return;
        }

        _isRunning = true;
        bool more = true;
        while (more)
        {
            more = DrainBacklog();
            if (_backlog.Length == 0 && _waitsForRoom)
            {
                _waitsForRoom = false;
                Program.OnWritable();
                more = true;
            }

            if (_wantsProduce && _backlog.Length == 0 && Window > 0)
            {
                _wantsProduce = false;
                Produce();
                more = true;
            }

            if (Window == 0 && RefillWindow > 0)
            {
                Window = RefillWindow;
                more = true;
            }
        }

        _isRunning = false;
        if (!StopSignals)
        {
            TaskCompletionSource changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }

    private bool DrainBacklog()
    {
        int count = (int)Math.Min(_backlog.Length, Window);
        if (count == 0)
        {
            return false;
        }

        Sink(_backlog.GetBuffer().AsSpan(0, count));
        Take(count);
        int left = (int)_backlog.Length - count;
        _backlog.GetBuffer().AsSpan(count, left).CopyTo(_backlog.GetBuffer());
        _backlog.SetLength(left);
        return true;
    }

    private void Take(long count)
    {
        if (Window != long.MaxValue)
        {
            Window -= count;
        }
    }

    private unsafe void Produce()
    {
        Produces++;
        int stride = SlotPayload + Gap;
        int slots = Math.Clamp((320 << 10) / stride, 1, 64);
        int blockRoom = slots * SlotPayload;
        byte* first = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _slots[0]) + Gap;
        var writer = new BulkWriter(first, SlotPayload, stride, (int)Math.Min(blockRoom, Window), blockRoom);
        _isProducing = true;
        _usedInProduce = false;
        Program.Produce(ref writer);
        _isProducing = false;
        if (_usedInProduce && writer.Length > 0)
        {
            throw new InvalidOperationException("The channel was used while a writer held replies.");
        }

        Take(writer.Length);
        for (int position = 0; position < writer.Length; position += SlotPayload)
        {
            Sink(new ReadOnlySpan<byte>(first + ((long)(position / SlotPayload) * stride), Math.Min(SlotPayload, writer.Length - position)));
        }
    }

    private void AssertTurn()
    {
        if (!Monitor.IsEntered(Turn))
        {
            throw new InvalidOperationException("The channel is used without the turn.");
        }
    }
}
