namespace Hpc.HttpApi.Tokens;

/// <summary>What a token is for; one for one audience is none for another (R11.3). The numbers stand in stored tokens.</summary>
internal enum TokenAudience
{
    /// <summary>The REST API, for an administrator.</summary>
    Api = 1,

    /// <summary>The REST API, for a user.</summary>
    ApiUser = 2,
}
