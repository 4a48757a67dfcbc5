using System.Diagnostics.CodeAnalysis;
using Hpc.HttpApi.Endpoints;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Files;

/// <summary>Virtual paths in requests (R11.7). None can leave the tree: <c>..</c> ends at its top.</summary>
internal static class PathParameter
{
    /// <summary>A path that must be there; a relative one begins at the start directory.</summary>
    public static bool TryRead(FileSession session, string name, out VirtualPath path, [NotNullWhen(false)] out IResult? refusal)
    {
        path = default;
        if (session.Call.Query(name).Length > 0)
        {
            return TryReadOr(session, name, default, out path, out refusal);
        }

        refusal = Answer.Invalid("?" + name, "nothing", "a virtual path");
        return false;
    }

    /// <summary>A path, or <paramref name="otherwise"/> where none is given.</summary>
    public static bool TryReadOr(FileSession session, string name, VirtualPath otherwise, out VirtualPath path, [NotNullWhen(false)] out IResult? refusal)
    {
        refusal = null;
        string text = session.Call.Query(name);
        path = otherwise;
        if (text.Length == 0 || TryParse(text, session.StartDirectory, out path))
        {
            return true;
        }

        refusal = Answer.Invalid("?" + name, ParameterText.Found(text), "a virtual path without NUL, of at most 4096 bytes");
        return false;
    }

    public static bool TryParse(string text, VirtualPath start, out VirtualPath path) => VirtualPath.TryParse(text, start, out path);
}
