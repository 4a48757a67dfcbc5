using System.Text.Json;

namespace Hpc.Server.Configuration;

/// <summary>Enum values as the configuration spells them: <c>ignore_unsupported</c>.</summary>
internal static class ChoiceText
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static string[] All<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(Of)];

    public static string List<TEnum>()
        where TEnum : struct, Enum
    {
        string[] names = All<TEnum>();
        return names.Length == 1 ? names[0] : string.Join(", ", names[..^1]) + " or " + names[^1];
    }
}
