namespace Hpc.Transport.Buffers;

/// <summary>Pinned blocks in five size classes, charged to a <see cref="BufferBudget"/> while they are rented.</summary>
public sealed class BlockPool
{
    /// <summary>Control messages, handshakes, small replies.</summary>
    public const int Small = 4 * 1024;

    /// <summary>Request intake.</summary>
    public const int Medium = 64 * 1024;

    /// <summary>One download batch: nine packets of 32,768 bytes with their headers and tags.</summary>
    public const int Large = 320 * 1024;

    /// <summary>One upload receive: sixteen packets of 32 KiB.</summary>
    public const int Huge = 512 * 1024;

    /// <summary>What an upload in the clear receives at once when its peer fills it.</summary>
    public const int Giant = 1024 * 1024;

    // Idle blocks of one class hold at most this part of the budget, where that is more than a few of them.
    private const int IdleShare = 8;

    private readonly BlockShelf[] _shelves;
    private readonly long[] _rentedByRole = new long[Enum.GetValues<BufferRole>().Length];
    private long _lost;

    /// <param name="budget">Where rented bytes are counted.</param>
    public BlockPool(BufferBudget budget)
    {
        Budget = budget;
        _shelves = [NewShelf(Small), NewShelf(Medium), NewShelf(Large), NewShelf(Huge), NewShelf(Giant)];
    }

    /// <summary>Where rented bytes are counted.</summary>
    public BufferBudget Budget { get; }

    /// <summary>Bytes of idle blocks, kept for the next rent.</summary>
    public long IdleBytes => _shelves.Sum(static shelf => (long)shelf.Count * shelf.BlockLength);

    /// <summary>Blocks that the collector found rented and unreachable. Counted in Debug builds only; anything but zero is a bug.</summary>
    public long LostBlocks => Volatile.Read(ref _lost);

    /// <summary>Rents the smallest block that holds this many bytes (at most <see cref="Giant"/>).</summary>
    public PinnedBlock Rent(int minimumLength, BufferRole role)
    {
        BlockShelf shelf = ShelfFor(minimumLength);
        PinnedBlock block = shelf.TryTake() ?? new PinnedBlock(this, shelf.BlockLength);
        block.MarkRented(role);
        Budget.Charge(block.Length);
        Interlocked.Add(ref _rentedByRole[(int)role], block.Length);
        return block;
    }

    /// <summary>Bytes rented for one role.</summary>
    public long RentedFor(BufferRole role) => Volatile.Read(ref _rentedByRole[(int)role]);

    /// <summary>Gives half of the blocks that lay idle since the last call back to the runtime. Called every few seconds.</summary>
    public void Trim()
    {
        foreach (BlockShelf shelf in _shelves)
        {
            shelf.Trim();
        }
    }

    internal static int LengthFor(int minimumLength) => minimumLength switch
    {
        <= Small => Small,
        <= Medium => Medium,
        <= Large => Large,
        <= Huge => Huge,
        <= Giant => Giant,
        _ => throw new ArgumentOutOfRangeException(nameof(minimumLength), minimumLength, $"A block holds at most {Giant} bytes."),
    };

    internal void TakeBack(PinnedBlock block)
    {
        Uncharge(block);
        ShelfFor(block.Length).Put(block);
    }

    internal void OnLost(PinnedBlock block)
    {
        Uncharge(block);
        Interlocked.Increment(ref _lost);
    }

    private void Uncharge(PinnedBlock block)
    {
        Budget.Release(block.Length);
        Interlocked.Add(ref _rentedByRole[(int)block.Role], -block.Length);
    }

    private BlockShelf NewShelf(int blockLength) =>
        new(blockLength, (int)Math.Clamp(Budget.Limit / IdleShare / blockLength, blockLength == Giant ? 4 : 16, 8192));

    private BlockShelf ShelfFor(int length) => LengthFor(length) switch
    {
        Small => _shelves[0],
        Medium => _shelves[1],
        Large => _shelves[2],
        Huge => _shelves[3],
        _ => _shelves[4],
    };
}
