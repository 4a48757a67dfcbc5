using Hpc.SshProtocol.Sftp.Handles;

namespace Hpc.SshProtocol.Sftp;

/// <summary>A READ that is not answered yet.</summary>
internal readonly record struct QueuedRead(uint Id, SftpFile File, long Offset, int Length);

/// <summary>READs in the order they came, at most <c>limit</c>; grows on demand.</summary>
internal sealed class ReadQueue(int limit)
{
    private QueuedRead[] _items = [];
    private int _first;

    public int Count { get; private set; }

    public bool IsFull => Count >= limit;

    public ref readonly QueuedRead this[int index] => ref _items[Slot(index)];

    public void Enqueue(in QueuedRead read)
    {
        if (Count == _items.Length)
        {
            Grow();
        }

        _items[Slot(Count++)] = read;
    }

    public void Dequeue()
    {
        _items[_first] = default;
        _first = Slot(1);
        Count--;
    }

    public void Clear()
    {
        _items = [];
        _first = 0;
        Count = 0;
    }

    private int Slot(int index)
    {
        int slot = _first + index;
        return slot < _items.Length ? slot : slot - _items.Length;
    }

    private void Grow()
    {
        var items = new QueuedRead[Math.Min(limit, Math.Max(8, _items.Length * 2))];
        for (int i = 0; i < Count; i++)
        {
            items[i] = this[i];
        }

        _items = items;
        _first = 0;
    }
}
