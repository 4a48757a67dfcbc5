namespace Hpc.Fuzz.Tests.Mutation;

/// <summary>How far the peer is when it sends something.</summary>
[Flags]
internal enum FuzzStage
{
    None = 0,
    Version = 1,
    KeyExchange = 2,
    Service = 4,
    Login = 8,
    Connection = 16,
    Sftp = 32,
    BeforeLogin = Version | KeyExchange | Service | Login,
    AfterLogin = Connection | Sftp,
}
