namespace Runner;

internal static class HelpText
{
    public const string Text = """
        usage: ./run [--components SET] [--only APP,...] [--fresh]
               ./run doctor [--components SET]
               ./run prepare [--components SET] [--sql]

        Builds what changed, starts a sidecar and a process for every app of dapr.yaml, shows all their logs, starts again what
        dies, and stops everything on Ctrl+C. When everything answers it prints one line: ready: http://localhost:8080
        Traces are at http://localhost:9411, from memory, unless a Zipkin answers there already.

          --components SET  where state and messages live: a folder of component files, or the name of one in components/:
                              embedded        files in .data/, nothing to install (the usual one)
                              canonical       PostgreSQL, MongoDB for views, RabbitMQ: those that dapr.yaml names (for daprd)
                              postgres        PostgreSQL, RabbitMQ
                              postgres-redis  PostgreSQL, Redis for views, RabbitMQ
          --only APP,...    start only these apps
          --fresh           forget all data first: .data/, and the tables and keys of the set's PostgreSQL and Redis databases
          --file FILE       another run file than dapr.yaml
          --help            this text

          doctor            says what keeps it from starting and how to mend that: .NET SDK, ports, component files, servers
          prepare           makes .data/secrets.json and the databases of the set, as a start does; needed once before dapr run -f .
          --sql             with prepare: print the SQL that makes roles and databases (passwords as SCRAM verifiers) instead

        Secrets are kept in .data/secrets.json, which only its owner can read. What nobody gives is made; a secret that somebody has
        to type (annotation run/shown-secrets of the store) is printed when it is made, once.

        Environment:
          LIBRARY_POSTGRES_HOST, LIBRARY_POSTGRES_PORT    where PostgreSQL is (localhost, 5432)
          LIBRARY_POSTGRES_ADMIN                          connection string of somebody who may make roles and databases,
                                                          such as "user=postgres password=..."; used only when some are missing
          LIBRARY_RABBITMQ                                amqp://guest:guest@localhost:5672
          LIBRARY_REDIS_HOST, LIBRARY_REDIS_PASSWORD      localhost:6379, none
          LIBRARY_MONGODB                                 mongodb://localhost:27017/?replicaSet=rs0
          LIBRARY_...                                     any other secret that a component refers to or an annotation of the
                                                          secret store names, in capitals: LIBRARY_ADMIN_PASSWORD, say
          DAPR_API_TOKEN, APP_API_TOKEN                   what sidecars and apps ask of each other; made for each start unless set
          NO_COLOR                                        no colours, which there are none of either without a terminal
        """;
}
