using Hpc.Transport.Connections;

namespace Hpc.Fuzz.Tests;

/// <summary>How far a case came, so that a run can show that it reached what it is for.</summary>
internal readonly record struct FuzzOutcome(ConnectionEndReason Reason, bool IsLoggedIn, int Replies, string EndLine);
