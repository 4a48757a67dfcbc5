namespace Hpc.HttpApi;

/// <summary>Whether clients show a certificate; the numbers are those of <c>client_auth_type</c>.</summary>
public enum ClientCertificates
{
    /// <summary>Not asked for.</summary>
    None = 0,

    /// <summary>Required and verified.</summary>
    Required = 1,

    /// <summary>Verified if one is shown.</summary>
    Offered = 2,
}
