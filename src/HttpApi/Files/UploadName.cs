using Hpc.Storage;

namespace Hpc.HttpApi.Files;

/// <summary>File names as clients send them.</summary>
internal static class UploadName
{
    /// <summary>The last part of the name, whatever system the client is of; null if that is no name.</summary>
    public static string? Of(string sent)
    {
        string name = sent[(sent.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        return PathText.IsName(name) && !name.Any(char.IsControl) ? name : null;
    }
}
