using System.Buffers;
using Hpc.Transport.Buffers;

namespace Hpc.Transport.Pipes;

/// <summary>
/// The received bytes that nobody has consumed yet, contiguous in one block. No block is held while there are none and nothing is being received.
/// </summary>
internal sealed class ReceiveWindow(BlockPool pool)
{
    //  block:  |consumed|content (Length)|room|
    //          0        _start           _end  block.Length

    // A class is given up after this many receives in a row that used less than an eighth of it.
    private const int SmallReceivesBeforeStepDown = 16;

    private PinnedBlock? _block;
    private int _start;
    private int _end;
    private int _preferred = BlockPool.Small;
    private int _smallReceives;

    public int Length => _end - _start;

    public ReadOnlySequence<byte> Content =>
        _block is null || Length == 0 ? ReadOnlySequence<byte>.Empty : new(_block.Memory[_start.._end]);

    /// <summary>Makes room behind the content. False if the largest block is full of content.</summary>
    public bool TryPrepare(out Span<byte> room)
    {
        if (_block is null)
        {
            _block = pool.Rent(_preferred, BufferRole.Receive);
            _start = _end = 0;
        }
        else if (Length == BlockPool.Huge)
        {
            room = default;
            return false;
        }
        else if (_block.Length < _preferred || Length == _block.Length)
        {
            MoveTo(pool.Rent(Math.Max(_preferred, StepUp(_block.Length)), BufferRole.Receive));
        }
        else if (Length == 0)
        {
            _start = _end = 0;
        }
        else if (_end == _block.Length || (Length <= _start && _block.Length - _end < _block.Length / 2))
        {
            _block.Span[_start.._end].CopyTo(_block.Span);
            _end -= _start;
            _start = 0;
        }

        room = _block.Span[_end..];
        return true;
    }

    /// <summary>Adds bytes that were received into the room.</summary>
    public void Add(int count)
    {
        _end += count;
        if (_end == _block!.Length)
        {
            _smallReceives = 0;
            if (!pool.Budget.IsUnderPressure)
            {
                _preferred = Math.Max(_preferred, StepUp(_block.Length));
            }
        }
        else if (count >= _preferred / 8)
        {
            _smallReceives = 0;
        }
        else if (++_smallReceives == SmallReceivesBeforeStepDown)
        {
            _smallReceives = 0;
            _preferred = _preferred > BlockPool.Medium ? BlockPool.Medium : BlockPool.Small;
        }
    }

    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Length);
        _start += count;
    }

    /// <summary>Keeps the content in the smallest block that holds it, and no block for no content.</summary>
    public void Shrink()
    {
        if (_block is null)
        {
            return;
        }

        if (Length == 0)
        {
            Release();
        }
        else if (BlockPool.LengthFor(Length) < _block.Length)
        {
            MoveTo(pool.Rent(Length, BufferRole.Receive));
        }
    }

    public void Release()
    {
        _start = _end = 0;
        _block?.Return();
        _block = null;
    }

    /// <summary>Where a position of <see cref="Content"/> lies, counted from its start.</summary>
    public int OffsetOf(SequencePosition position)
    {
        if (_block is null || Length == 0 || position.GetObject() is null)
        {
            return 0;
        }

        int offset = position.GetInteger() - _start;
        return ReferenceEquals(position.GetObject(), _block.Array) && (uint)offset <= (uint)Length
            ? offset
            : throw new ArgumentOutOfRangeException(nameof(position), "The position is not one of the last read's buffer.");
    }

    // The classes for receiving; Large is a class for sending and only taken on demotion.
    private static int StepUp(int length) => length < BlockPool.Medium ? BlockPool.Medium : BlockPool.Huge;

    private void MoveTo(PinnedBlock target)
    {
        _block!.Span[_start.._end].CopyTo(target.Span);
        _block.Return();
        _block = target;
        _end -= _start;
        _start = 0;
    }
}
