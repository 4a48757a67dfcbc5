using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Principals;

/// <summary>Name and password of an <c>Authorization: Basic</c> header (RFC 7617); the password is cleared on dispose.</summary>
internal sealed class BasicCredentials : IDisposable
{
    private const string Scheme = "Basic ";
    private const int MaxEncoded = 4096;

    private readonly byte[] _decoded;
    private readonly int _passwordStart;
    private readonly int _length;

    private BasicCredentials(byte[] decoded, int length, int colon)
    {
        _decoded = decoded;
        _length = length;
        _passwordStart = colon + 1;
        UserName = Encoding.UTF8.GetString(decoded, 0, colon);
    }

    public string UserName { get; }

    public ReadOnlyMemory<byte> Password => _decoded.AsMemory(_passwordStart, _length - _passwordStart);

    /// <summary>Null if there are none, or they are malformed.</summary>
    public static BasicCredentials? Read(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > MaxEncoded)
        {
            return null;
        }

        byte[] decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), decoded, out int length))
        {
            return null;
        }

        int colon = decoded.AsSpan(0, length).IndexOf((byte)':');
        return colon < 0 ? null : new BasicCredentials(decoded, length, colon);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_decoded);

    public override string ToString() => UserName;
}
