namespace Hpc.Storage.Vfs.Policy;

/// <summary>Reads a name that is a segment of a <see cref="VirtualPath"/>.</summary>
internal ref struct Utf16Cursor(ReadOnlySpan<char> name) : INameCursor
{
    private ReadOnlySpan<char> _rest = name;

    public bool TryRead(out int character)
    {
        if (_rest.IsEmpty)
        {
            character = 0;
            return false;
        }

        bool isPair = _rest.Length > 1 && char.IsSurrogatePair(_rest[0], _rest[1]);
        character = isPair ? char.ConvertToUtf32(_rest[0], _rest[1]) : _rest[0];
        _rest = _rest[(isPair ? 2 : 1)..];
        return true;
    }

    public readonly int FromEnd(int distance) => distance <= _rest.Length ? _rest[^distance] : -1;
}
