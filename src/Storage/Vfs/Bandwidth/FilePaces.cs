namespace Hpc.Storage.Vfs.Bandwidth;

/// <summary>The transfers of one open file, each begun when it first moves bytes under a limit and again when other limits take its place.</summary>
internal sealed class FilePaces : IDisposable
{
    private readonly Lock _gate = new();
    private Begun? _read;
    private Begun? _write;
    private bool _isClosed;
    private ITransferPace? _lastRead;

    /// <summary>What the last read took from, if from any: what of it is taken back was not taken from limits that came since.</summary>
    public ITransferPace? LastRead
    {
        get => Volatile.Read(ref _lastRead);
        set => Volatile.Write(ref _lastRead, value);
    }

    /// <summary>The transfer of what is read, under the limits of now.</summary>
    public ITransferPace? Read(IBandwidth now) => Of(ref _read, now);

    /// <summary>The transfer of what is written, under the limits of now.</summary>
    public ITransferPace? Write(IBandwidth now) => Of(ref _write, now);

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _read?.Pace.Dispose();
            _write?.Pace.Dispose();
        }
    }

    private ITransferPace? Of(ref Begun? begun, IBandwidth now) =>
        Volatile.Read(ref begun) is { } known && ReferenceEquals(known.Bandwidth, now) ? known.Pace : Begin(ref begun, now);

    private ITransferPace? Begin(ref Begun? begun, IBandwidth now)
    {
        lock (_gate)
        {
            if (begun is { } known && (_isClosed || ReferenceEquals(known.Bandwidth, now)))
            {
                return known.Pace;
            }

            if (_isClosed)
            {
                return null;
            }

            begun?.Pace.Dispose();
            var next = new Begun(now, now.Begin());
            Volatile.Write(ref begun, next);
            return next.Pace;
        }
    }

    private sealed record Begun(IBandwidth Bandwidth, ITransferPace Pace);
}
