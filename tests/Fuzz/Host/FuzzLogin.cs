using Hpc.Crypto.Keys;

namespace Hpc.Fuzz.Tests.Host;

/// <summary>What the peer logs in with.</summary>
internal sealed record FuzzLogin(string User, string Password, SshPrivateKey? Key);
