namespace Hpc.HttpApi.Endpoints;

/// <summary>A parameter of an operation, for the OpenAPI document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it says.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Type">Form of its value.</param>
internal sealed record ApiParameter(string Name, string Description, ApiParameterPlace Place = ApiParameterPlace.Query, ApiParameterType Type = ApiParameterType.Text)
{
    /// <summary>It must be given; those in the path always must.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The values that are allowed; empty is all.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>It stands in the query and says yes or no, in words or as 1 or 0.</summary>
    public bool IsFlag => Place == ApiParameterPlace.Query && (Type == ApiParameterType.Flag || (Type == ApiParameterType.Number && Values is ["0", "1"]));

    /// <summary>Offset of a page (R11.6).</summary>
    public static ApiParameter Offset { get; } = new("offset", "How many to leave out first.", Type: ApiParameterType.Number);

    /// <summary>Length of a page (R11.6).</summary>
    public static ApiParameter Limit { get; } = new("limit", "At most so many, 1 to 500; 100 if it is not given.", Type: ApiParameterType.Number);

    /// <summary>Direction of a page (R11.6).</summary>
    public static ApiParameter Order { get; } = new("order", "Of the names.") { Values = ["ASC", "DESC"] };

    /// <summary>The three that every list takes.</summary>
    public static IReadOnlyList<ApiParameter> Page { get; } = [Offset, Limit, Order];

    /// <summary>Hashes and ciphertexts in the answer (R11.8).</summary>
    public static ApiParameter Confidential { get; } =
        new("confidential_data", "1 answers with password hashes and encrypted secrets; needs manage_system.", Type: ApiParameterType.Number) { Values = ["0", "1"] };

    /// <summary>The version that the change is meant for.</summary>
    public static ApiParameter IfMatch { get; } =
        new("If-Match", "The ETag that was read: the change is refused with 412 if it is another by now.", ApiParameterPlace.Header);

    /// <summary>One-time password of a login (R2.29).</summary>
    public static ApiParameter Passcode { get; } =
        new("X-SFTPGO-OTP", "The one-time password or a recovery code, for accounts with a second factor.", ApiParameterPlace.Header);
}

/// <summary>Where a parameter stands.</summary>
internal enum ApiParameterPlace
{
    Query,
    Path,
    Header,
}

/// <summary>Form of a parameter's value.</summary>
internal enum ApiParameterType
{
    Text,
    Number,
    Flag,
}
