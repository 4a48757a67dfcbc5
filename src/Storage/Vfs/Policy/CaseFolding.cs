using System.Text;

namespace Hpc.Storage.Vfs.Policy;

/// <summary>
/// Which characters differ in case only: those whose invariant upper case has the same invariant lower case, code point by code point.
/// So <c>Ä</c> is <c>ä</c> and the Kelvin sign is <c>k</c>, whatever the language; <c>ß</c> is not <c>ss</c>, and a letter with a combining mark is not
/// the composed letter. Bytes that are not UTF-8 are only themselves.
/// </summary>
internal static class CaseFolding
{
    public static int Fold(int character)
    {
        if (character < 0x80)
        {
            return (uint)(character - 'A') <= 'Z' - 'A' ? character | 0x20 : character;
        }

        return Rune.IsValid(character) ? Rune.ToLowerInvariant(Rune.ToUpperInvariant(new Rune(character))).Value : character;
    }

    public static int ToUpper(int character) =>
        Rune.IsValid(character) ? Rune.ToUpperInvariant(new Rune(character)).Value : character;
}
