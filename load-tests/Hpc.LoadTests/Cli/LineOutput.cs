using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hpc.LoadTests.Cli;

/// <summary>Writes figures as one line of JSON, or as text where no JSON is wanted.</summary>
internal static class LineOutput
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,

        // It goes to programs and terminals, not into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task WriteAsync<T>(string? json, T figures, string text)
    {
        if (json is null)
        {
            await Console.Out.WriteLineAsync(text).ConfigureAwait(false);
        }
        else if (json == "-")
        {
            await Console.Out.WriteLineAsync(ToJson(figures)).ConfigureAwait(false);
            await Console.Out.FlushAsync().ConfigureAwait(false);
        }
        else
        {
            await File.WriteAllTextAsync(json, ToJson(figures) + "\n").ConfigureAwait(false);
        }
    }

    public static string ToJson<T>(T figures) => JsonSerializer.Serialize(figures, Json);
}
