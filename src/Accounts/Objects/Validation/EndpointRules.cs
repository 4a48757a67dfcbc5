namespace Hpc.Accounts.Objects.Validation;

/// <summary>Addresses of other servers.</summary>
internal static class EndpointRules
{
    public const string AllowedHttp = "an address that begins with http:// or https://, without user information";

    private const int MaxLength = 2048;
    private const int SshPort = 22;

    public static bool IsHttp(string value) =>
        value.Length is > 0 and <= MaxLength
        && VirtualPathRules.IsPlainText(value)
        && Uri.TryCreate(value, UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.UserInfo.Length == 0;

    /// <summary>A host with its port; without one it is SSH's.</summary>
    public static bool IsHostAndPort(string value, out string endpoint)
    {
        endpoint = value;
        if (value.Length is 0 or > 300 || value.AsSpan().IndexOfAny("/@?#\\") >= 0
            || !VirtualPathRules.IsPlainText(value)
            || !Uri.TryCreate("ssh://" + value, UriKind.Absolute, out Uri? uri)
            || uri.Host.Length == 0
            || uri.Port == 0)
        {
            return false;
        }

        endpoint = uri.IsDefaultPort || uri.Port < 0 ? $"{value}:{SshPort}" : value;
        return true;
    }
}
