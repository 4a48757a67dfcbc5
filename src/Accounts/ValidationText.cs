namespace Hpc.Accounts;

/// <summary>What was found, as an error shows it.</summary>
internal static class ValidationText
{
    private const int MaxShown = 60;

    public static string Show(string? value)
    {
        if (value is null)
        {
            return "nothing";
        }

        string plain = string.Concat(value.Take(MaxShown).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));
        return value.Length > MaxShown ? $"'{plain}…'" : $"'{plain}'";
    }
}
