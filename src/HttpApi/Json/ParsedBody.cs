using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Json;

/// <summary>A body that was read, or the answer that says why not.</summary>
internal readonly struct ParsedBody<T>(T? value, IResult? refusal)
    where T : class
{
    public bool TryGet([NotNullWhen(true)] out T? parsed, [NotNullWhen(false)] out IResult? answer)
    {
        parsed = value;
        answer = refusal;
        return value is not null;
    }
}
