using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Endpoints;

/// <summary>Checks the parameters of the query that say yes or no: a misspelt yes is refused, and not taken for a no.</summary>
internal static class ParameterCheck
{
    /// <summary>The answer to the first that says neither; null if there is none.</summary>
    public static IResult? WhyRefused(ApiCall call)
    {
        foreach (ApiParameter parameter in call.Operation.Parameters)
        {
            if (parameter.IsFlag && call.Query(parameter.Name) is { Length: > 0 } value && !IsYes(value) && !IsNo(value))
            {
                return Answer.Invalid("?" + parameter.Name, ParameterText.Found(value), "1 or 0, true or false");
            }
        }

        return null;
    }

    public static bool IsYes(string value) => value == "1" || string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    private static bool IsNo(string value) => value == "0" || string.Equals(value, "false", StringComparison.OrdinalIgnoreCase);
}
