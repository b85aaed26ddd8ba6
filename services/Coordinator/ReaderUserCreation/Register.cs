using Library.Contracts.Users;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator;
using Microsoft.AspNetCore.Mvc;

namespace Library.Coordinator.ReaderUserCreation;

/// <summary>
/// Who registers, with a password, with the idToken of another house, or as somebody of a house whose tokens nobody can check here. With ?wait=SECONDS
/// the answer is the outcome, if it comes in time.
/// </summary>
internal sealed record Register
{
    public required string Name { get; init; }

    public required string Email { get; init; }

    public string? Phone { get; init; }

    public DateOnly? BirthDate { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public string? IdToken { get; init; }

    public ExternalIdentity? ExternalIdentity { get; init; }

    public bool HasProof => Password is not null || IdToken is not null;

    public static async Task<IResult> Handle([FromBody] Register request, int? wait, Credentials credentials, SagaStart sagas, Documents<ReaderAccount> accounts, TimeProvider time, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var wrong = Applicant.Wrong(request, DateOnly.FromDateTime(now.UtcDateTime)).ToList();
        HandedOver? proof = null;
        if (request.HasProof && (await credentials.HandOver(request, cancellation)).IsRefused(out var no, out proof))
        {
            return RegistrationRefusals.Together(wrong, no).ToProblem();
        }

        if (wrong.Count > 0)
        {
            return RegistrationRefusals.NotPossible(wrong).ToProblem();
        }

        var registration = new Registration(Guid.CreateVersion7(now).ToString(), Guid.CreateVersion7(now).ToString(), request.Name, request.Email)
        {
            Phone = request.Phone,
            BirthDate = request.BirthDate,
            Username = proof is null ? request.Username : proof.Username,
            CredentialId = proof?.CredentialId,
            ExternalIdentity = proof is null ? request.ExternalIdentity : null,
        };
        var id = SagaIds.New();
        var account = new ReaderAccount(registration.ReaderId, registration.UserId, id);
        var started = await sagas.Start(id, registration, $"/registrations/{id}", new Change().Keep(accounts, account.AsNew(), account), cancellation);
        return started.IsRefused(out var refusal, out var answer) ? refusal.ToProblem() : answer.ToResult();
    }
}

internal sealed record Registered(string Id, string ReaderId, string UserId);
