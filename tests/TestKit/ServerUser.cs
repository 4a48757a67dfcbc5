namespace Hpc.TestKit;

/// <summary>A user of a server under test; <see cref="Home"/> is what the user sees as "/".</summary>
public sealed record ServerUser(string Name, string Password, SshKeyPair Key, string Home);
