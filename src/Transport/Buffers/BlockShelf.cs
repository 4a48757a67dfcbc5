namespace Hpc.Transport.Buffers;

/// <summary>The idle blocks of one size class: one stack per core, so that a core finds the block that is still warm in its cache. Bounded; what does not fit is left to the collector.</summary>
internal sealed class BlockShelf
{
    private readonly Stripe[] _stripes;
    private readonly int _capacityPerStripe;

    public BlockShelf(int blockLength, int capacity)
    {
        BlockLength = blockLength;
        _stripes = new Stripe[Math.Clamp(Environment.ProcessorCount, 1, Math.Min(64, capacity))];
        _capacityPerStripe = Math.Max(1, capacity / _stripes.Length);
        for (int i = 0; i < _stripes.Length; i++)
        {
            _stripes[i] = new Stripe();
        }
    }

    public int BlockLength { get; }

    public int Count => _stripes.Sum(static stripe => stripe.Count);

    public PinnedBlock? TryTake()
    {
        int first = Own();
        for (int i = 0; i < _stripes.Length; i++)
        {
            if (_stripes[(first + i) % _stripes.Length].TryPop() is { } block)
            {
                return block;
            }
        }

        return null;
    }

    public void Put(PinnedBlock block) => _stripes[Own()].TryPush(block, _capacityPerStripe);

    /// <summary>Drops half of what lay idle since the last call.</summary>
    public void Trim()
    {
        foreach (Stripe stripe in _stripes)
        {
            stripe.Trim();
        }
    }

    private int Own() => Thread.GetCurrentProcessorId() % _stripes.Length;

    private sealed class Stripe
    {
        private readonly Lock _sync = new();
        private readonly Stack<PinnedBlock> _blocks = new();
        private int _lowest;

        public int Count => _blocks.Count;

        public PinnedBlock? TryPop()
        {
            if (_blocks.Count == 0)
            {
                return null;
            }

            lock (_sync)
            {
                if (!_blocks.TryPop(out PinnedBlock? block))
                {
                    return null;
                }

                _lowest = Math.Min(_lowest, _blocks.Count);
                return block;
            }
        }

        public void TryPush(PinnedBlock block, int capacity)
        {
            lock (_sync)
            {
                if (_blocks.Count < capacity)
                {
                    _blocks.Push(block);
                }
            }
        }

        public void Trim()
        {
            lock (_sync)
            {
                for (int drop = (_lowest + 1) / 2; drop > 0; drop--)
                {
                    _blocks.Pop();
                }

                _lowest = _blocks.Count;
            }
        }
    }
}
