using System.Runtime.CompilerServices;
using Hpc.SshProtocol.Ssh.Channels;

namespace Hpc.Benchmarks.Support;

/// <summary>A session channel without a connection: requests come from an array, replies are counted and dropped, and the peer's window has no end. It allocates nothing.</summary>
/// <remarks>Unsafe because packet slots are addresses.</remarks>
internal sealed unsafe class MemoryChannel : ISessionChannel
{
    private const int SlotPayload = 32 * 1024;
    private const int Gap = 64;
    private const int SlotCount = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly byte[] _slots = GC.AllocateUninitializedArray<byte>(SlotCount * (SlotPayload + Gap), pinned: true);
    private readonly byte[] _captured = new byte[64 * 1024];
    private ReplyCounter _counter;
    private byte[] _input = [];
    private int _consumed;
    private int _capturedLength;
    private bool _isCapturing;
    private bool _wantsProduce;
    private bool _isRunning;

    public object Turn { get; } = new();

    public IChannelProgram Program { get; set; } = null!;

    public bool CanWrite => true;

    /// <summary>Bytes of all replies.</summary>
    public long BytesOut => _counter.Bytes;

    /// <summary>What the last <see cref="ExchangeCaptured"/> brought; valid until the next.</summary>
    public ReadOnlySpan<byte> Captured => _captured.AsSpan(0, _capturedLength);

    /// <summary>Hands in requests that lie in pinned memory, and waits for this many replies.</summary>
    public void Exchange(byte[] requests, int replies)
    {
        lock (Turn)
        {
            long goal = _counter.Replies + replies;
            _input = requests;
            _consumed = 0;
            Resume();
            Run();
            while (_counter.Replies < goal || _consumed < _input.Length)
            {
                // A storage operation has gone to a worker, which comes back through Flush.
                if (!Monitor.Wait(Turn, Patience))
                {
                    throw new TimeoutException($"{goal - _counter.Replies} replies are missing.");
                }
            }
        }
    }

    /// <summary>As <see cref="Exchange"/>, and keeps the replies.</summary>
    public void ExchangeCaptured(byte[] requests, int replies)
    {
        _capturedLength = 0;
        _isCapturing = true;
        Exchange(requests, replies);
        _isCapturing = false;
    }

    public void Write(ReadOnlySpan<byte> data) => Take(data);

    public void WriteError(ReadOnlySpan<byte> data)
    {
    }

    public void RequestProduce() => _wantsProduce = true;

    public void Resume()
    {
        _consumed += Program.OnData(_input.AsSpan(_consumed));
        Program.OnBatchEnd();
    }

    public void Exit(uint status) => throw new InvalidOperationException($"The program ended with {status}.");

    public void Flush()
    {
        lock (Turn)
        {
            Run();
            Monitor.PulseAll(Turn);
        }
    }

    private void Run()
    {
        if (_isRunning)
        {
            return;
        }

        _isRunning = true;
        while (_wantsProduce)
        {
            _wantsProduce = false;
            Produce();
        }

        _isRunning = false;
    }

    private void Produce()
    {
        byte* first = (byte*)Unsafe.AsPointer(ref _slots[0]) + Gap;
        const int Room = SlotCount * SlotPayload;
        var writer = new BulkWriter(first, SlotPayload, SlotPayload + Gap, Room, Room);
        Program.Produce(ref writer);
        for (int position = 0; position < writer.Length; position += SlotPayload)
        {
            byte* slot = first + (position / SlotPayload * (SlotPayload + Gap));
            Take(new ReadOnlySpan<byte>(slot, Math.Min(SlotPayload, writer.Length - position)));
        }
    }

    private void Take(ReadOnlySpan<byte> data)
    {
        _counter.Feed(data);
        if (_isCapturing)
        {
            data.CopyTo(_captured.AsSpan(_capturedLength));
            _capturedLength += data.Length;
        }
    }
}
