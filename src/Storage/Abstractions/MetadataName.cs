namespace Hpc.Storage;

/// <summary>What the names and values of <see cref="IFileHandle.SetMetadataAsync"/> may be, the same for every backend.</summary>
public static class MetadataName
{
    /// <summary>Most characters of a name.</summary>
    public const int MaxLength = 32;

    /// <summary>Most bytes of a value.</summary>
    public const int MaxValueLength = 256;

    /// <summary>True for 1 to 32 lower case ASCII letters, digits and dots.</summary>
    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (char character in name)
        {
            if (!char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '.')
            {
                return false;
            }
        }

        return true;
    }
}
