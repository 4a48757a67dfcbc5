namespace Hpc.Accounts.Objects.Validation;

/// <summary>HTTP requests of event actions.</summary>
internal static class EventActionHttpRules
{
    private const int MaxSeconds = 180;
    private const int MaxParts = 64;

    private static readonly IReadOnlyList<string> Methods = ["GET", "POST", "PUT", "DELETE"];

    public static EventActionHttpConfig Check(string path, EventActionHttpConfig value, EventActionHttpConfig? old, bool isRestore, ErrorList errors)
    {
        if (!EndpointRules.IsHttp(value.Endpoint))
        {
            errors.AddShown($"{path}.endpoint", value.Endpoint, EndpointRules.AllowedHttp);
        }

        errors.OneOf($"{path}.method", value.Method, Methods);
        TextRules.Line($"{path}.username", value.Username, errors);
        TextRules.Lines($"{path}.body", value.Body, errors, TextRules.MaxLongText);
        List<HttpPart> parts = CheckParts($"{path}.parts", value.Parts, errors);
        if (value.Body.Length > 0 && parts.Count > 0)
        {
            errors.Add($"{path}.parts", "parts beside a body", "a body or parts");
        }

        // Parts from files take as long as the files are.
        if (!parts.Exists(part => part.Filepath.Length > 0))
        {
            errors.Range($"{path}.timeout", value.Timeout, 1, MaxSeconds);
        }

        return value with
        {
            Password = SecretRules.Merge($"{path}.password", value.Password, old?.Password, isRestore, errors),
            Headers = KeyValueRules.Check($"{path}.headers", value.Headers, errors),
            QueryParameters = KeyValueRules.Check($"{path}.query_parameters", value.QueryParameters, errors),
            Parts = parts,
        };
    }

    private static List<HttpPart> CheckParts(string path, IReadOnlyList<HttpPart?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxParts))
        {
            return [];
        }

        var parts = new List<HttpPart>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            string at = $"{path}[{i}]";
            if (values[i] is not { } part)
            {
                errors.AddMissing(at, "a name and a body or a filepath");
                continue;
            }

            TextRules.RequiredLine($"{at}.name", part.Name, errors, "a name");
            TextRules.Lines($"{at}.body", part.Body, errors, TextRules.MaxLongText);
            TextRules.Line($"{at}.filepath", part.Filepath, errors, 4096);
            if (part.Body.Length > 0 == part.Filepath.Length > 0)
            {
                errors.Add($"{at}.filepath", part.Body.Length > 0 ? "a filepath beside a body" : "nothing", "a body or a filepath");
            }

            parts.Add(part with { Headers = KeyValueRules.Check($"{at}.headers", part.Headers, errors) });
        }

        return parts;
    }
}
