using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hpc.HttpApi.Endpoints;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Files;

/// <summary>When an uploaded file was changed last (R11.15).</summary>
internal static class ModifiedHeader
{
    public const string Name = "X-SFTPGO-MTIME";

    public static ApiParameter Parameter { get; } = new(Name, "When the file was changed last, Unix milliseconds.", ApiParameterPlace.Header, ApiParameterType.Number);

    public static bool TryRead(HttpRequest request, out FileTime? time, [NotNullWhen(false)] out IResult? refusal)
    {
        time = null;
        refusal = null;
        string text = request.Headers[Name].ToString();
        if (text.Length == 0)
        {
            return true;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds))
        {
            refusal = Answer.Invalid(Name, ParameterText.Found(text), "Unix milliseconds");
            return false;
        }

        time = FromMilliseconds(milliseconds);
        return true;
    }

    public static FileTime FromMilliseconds(long milliseconds) => new(milliseconds / 1000, (int)(milliseconds % 1000) * 1_000_000);
}
