using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Hashes cheaply.</summary>
internal sealed class PlainHasher : IPasswordHasher
{
    public int MaxPasswordBytes => 72;

    public bool IsBusy { get; set; }

    public List<string> Hashed { get; } = [];

    public ValueTask<string?> HashAsync(ReadOnlyMemory<byte> password, CancellationToken ct)
    {
        Hashed.Add(Encoding.UTF8.GetString(password.Span));
        return new(IsBusy ? null : PasswordHash.HashBcrypt(password.Span, 4));
    }

    public bool IsPreferred(string hash) => hash.StartsWith("$2", StringComparison.Ordinal);
}
