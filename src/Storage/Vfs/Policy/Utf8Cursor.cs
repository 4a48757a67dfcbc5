using System.Buffers;
using System.Text;

namespace Hpc.Storage.Vfs.Policy;

/// <summary>Reads a name as a backend lists it.</summary>
internal ref struct Utf8Cursor(ReadOnlySpan<byte> name) : INameCursor
{
    private ReadOnlySpan<byte> _rest = name;

    public bool TryRead(out int character)
    {
        if (_rest.IsEmpty)
        {
            character = 0;
            return false;
        }

        character = _rest[0];
        int length = 1;
        if (character >= 0x80)
        {
            // Of a broken sequence one byte is taken: those that follow it can only continue one, so each of them is invalid by itself,
            // and the characters are those that PathText makes of the whole.
            bool isValid = Rune.DecodeFromUtf8(_rest, out Rune rune, out int consumed) == OperationStatus.Done;
            character = isValid ? rune.Value : 0xDC00 + character;
            length = isValid ? consumed : 1;
        }

        _rest = _rest[length..];
        return true;
    }

    public readonly int FromEnd(int distance) => distance <= _rest.Length ? _rest[^distance] : -1;
}
