namespace Hpc.HttpApi.Tokens;

/// <summary>A token as it is given out, once.</summary>
internal sealed record IssuedToken(string Value, DateTimeOffset ExpiresAt)
{
    public override string ToString() => "***";
}
